package io.relaykv.tests.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What can happen to the files of a node that does not run. */
public final class Damage {
  private static final String OPEN_LOG = "log_inprogress_";
  private static final int CUT_BYTES = 20_000;

  private Damage() {}

  static void flipBitInOpenLog(Path data) throws IOException {
    flipBitInMiddle(find(data, OPEN_LOG));
  }

  /** In the middle of the file of the log that has the most entries. */
  public static void flipBitInLog(Path data) throws IOException {
    flipBitInMiddle(fullest(logs(data)));
  }

  static void flipBitInClosedLog(Path data) throws IOException {
    flipBitInMiddle(closedLog(data));
  }

  private static void flipBitInMiddle(Path log) throws IOException {
    List<Frame> frames = framesOf(log);
    flipBit(log, frames.get(frames.size() / 2).middle());
  }

  /** The fullest: an election closes a file too, with next to nothing in it. */
  private static Path closedLog(Path data) throws IOException {
    return fullest(
        logs(data).stream()
            .filter(log -> !log.getFileName().toString().startsWith(OPEN_LOG))
            .toList());
  }

  private static List<Path> logs(Path data) throws IOException {
    try (Stream<Path> tree = Files.walk(data)) {
      return tree.filter(file -> file.getFileName().toString().startsWith("log_"))
          .sorted()
          .toList();
    }
  }

  private static Path fullest(List<Path> logs) throws IOException {
    Path fullest = null;
    int most = 0;
    for (Path log : logs) {
      int frames = framesOf(log).size();
      if (frames > most) {
        fullest = log;
        most = frames;
      }
    }
    if (fullest == null) {
      throw new IllegalStateException("the log is empty: " + logs);
    }
    return fullest;
  }

  static void zeroEndOfLog(Path data) throws IOException {
    Path log = find(data, OPEN_LOG);
    long end = last(framesOf(log)).end();
    overwrite(log, end - CUT_BYTES, CUT_BYTES, 0);
  }

  static void cutLog(Path data) throws IOException {
    Path log = find(data, OPEN_LOG);
    truncate(log, last(framesOf(log)).end() - CUT_BYTES);
  }

  /** The byte that could be the length of an entry that goes beyond the end of the file. */
  static void smearLastEntry(Path data) throws IOException {
    Path log = find(data, OPEN_LOG);
    Frame last = last(framesOf(log));
    overwrite(log, last.position(), last.bytes(), 0x7F);
    truncate(log, last.end());
  }

  static void halveLastEntry(Path data) throws IOException {
    Path log = find(data, OPEN_LOG);
    Frame last = last(framesOf(log));
    overwrite(log, last.middle(), (int) (last.end() - last.middle()), 0);
  }

  /** What a power cut may leave of a write that was under way. */
  static void appendHalfAnEntry(Path data) throws IOException {
    Path log = find(data, OPEN_LOG);
    Frame last = last(framesOf(log));
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer half = ByteBuffer.allocate(last.bytes() / 2);
      channel.read(half, last.position());
      channel.write(half.flip(), last.end());
      channel.write(ByteBuffer.allocate(4096), last.end() + half.limit());
    }
  }

  static void deleteOpenLog(Path data) throws IOException {
    Files.delete(find(data, OPEN_LOG));
  }

  static void deleteClosedLog(Path data) throws IOException {
    Files.delete(closedLog(data));
  }

  /** Of the table that holds the values. */
  static void flipBitInTable(Path data) throws IOException {
    Path table =
        in(data.resolve("db"), name -> name.endsWith(".sst")).stream()
            .max(Comparator.comparingLong(file -> file.toFile().length()))
            .orElseThrow();
    flipBit(table, Files.size(table) / 2);
  }

  static void flipBitInSnapshot(Path data) throws IOException {
    Path table = tableInNewestSnapshot(data);
    flipBit(table, Files.size(table) / 2);
  }

  static void cutSnapshot(Path data) throws IOException {
    Path table = tableInNewestSnapshot(data);
    truncate(table, Files.size(table) / 2);
  }

  private static Path tableInNewestSnapshot(Path data) throws IOException {
    Path snapshots = find(data, "current").resolveSibling("sm");
    Path newest =
        in(snapshots, name -> name.startsWith("snapshot.")).stream()
            .max(Comparator.comparingInt(Damage::snapshotIndex))
            .orElseThrow();
    return in(newest, name -> name.endsWith(".sst")).get(0);
  }

  private static int snapshotIndex(Path snapshot) {
    String name = snapshot.getFileName().toString();
    return Integer.parseInt(name.substring(name.indexOf('_') + 1));
  }

  public static void deleteManifest(Path data) throws IOException {
    Files.delete(in(data.resolve("db"), name -> name.startsWith("MANIFEST-")).get(0));
  }

  static void writeGarbageIntoWriteAheadLog(Path data) throws IOException {
    for (Path log : in(data.resolve("db"), name -> name.matches("\\d+\\.log"))) {
      Files.writeString(log, "garbage");
    }
  }

  static void flipBit(Path file, long position) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, position);
      one.put(0, (byte) (one.get(0) ^ 1));
      channel.write(one.rewind(), position);
    }
  }

  private static void overwrite(Path file, long position, int bytes, int with) throws IOException {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) with);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content), position);
    }
  }

  private static void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  public static void write(Path data, String name, String content) throws IOException {
    Files.writeString(find(data, name), content);
  }

  public static void delete(Path data, String name) throws IOException {
    delete(find(data, name));
  }

  static void delete(Path path) throws IOException {
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The one of that name, or whose name begins so; not in a snapshot. */
  static Path find(Path data, String name) throws IOException {
    try (Stream<Path> tree = Files.walk(data)) {
      List<Path> found =
          tree.filter(file -> !data.relativize(file).toString().contains("/sm/"))
              .filter(file -> file.getFileName().toString().startsWith(name))
              .sorted()
              .toList();
      return found.stream()
          .filter(file -> file.getFileName().toString().equals(name))
          .findFirst()
          .orElseGet(() -> found.get(0));
    }
  }

  private static List<Path> in(Path directory, Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> names.test(file.getFileName().toString())).sorted().toList();
    }
  }

  /** An entry in the log: its length as a varint, itself, and 4 bytes of checksum. */
  private record Frame(long position, int bytes) {
    long end() {
      return position + bytes;
    }

    long middle() {
      return position + bytes / 2;
    }
  }

  private static Frame last(List<Frame> frames) {
    return frames.get(frames.size() - 1);
  }

  private static List<Frame> framesOf(Path log) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(log)).position("RaftLog1".length());
    List<Frame> frames = new ArrayList<>();
    while (content.hasRemaining() && content.get(content.position()) != 0) {
      int position = content.position();
      int entryBytes = 0;
      int shift = 0;
      byte next;
      do {
        next = content.get();
        entryBytes |= (next & 0x7F) << shift;
        shift += 7;
      } while (next < 0);
      content.position(content.position() + entryBytes + 4);
      frames.add(new Frame(position, content.position() - position));
    }
    return frames;
  }
}
