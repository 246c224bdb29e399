package io.relaykv.server.disk;

import io.relaykv.server.disk.SegmentReader.Frame;
import io.relaykv.statemachine.StoredState;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole log before Ratis does. Ratis finds flipped bits, but takes a log that is cut off,
 * or whose last entry looks longer than the file, for one that a crash has torn, and starts without
 * what is missing; and it refuses what a power cut leaves of an entry in a file that was allocated
 * in advance.
 *
 * <p>What a crash explains is repaired, provided that it takes nothing from below the high-water
 * mark: what comes behind the last whole entry is cut off, and what an interrupted purge or
 * truncation has left is put in order. Anything else is refused. (docs/adr/0010)
 */
final class LogCheck {
  private static final Logger log = LoggerFactory.getLogger(LogCheck.class);

  private final Path directory;
  private final int maxEntryBytes;
  private final StoredState state;
  private final long mark;
  private boolean hasConfiguration;
  private @Nullable LogEntryProto committedConfiguration;
  private long lastTerm;

  private LogCheck(Path directory, int maxEntryBytes, StoredState state, long mark) {
    this.directory = directory;
    this.maxEntryBytes = maxEntryBytes;
    this.state = state;
    // What has been applied was committed and on this disk too.
    this.mark = Math.max(mark, state.appliedIndex());
  }

  /**
   * What is in the log.
   *
   * @param last the last entry; -1 if there is none
   * @param lastTerm the term of that entry; 0 if there is none
   * @param hasConfiguration whether the members of the cluster stand in it
   * @param committedConfiguration the last entry that names them and is known to be committed
   */
  record Found(
      long last,
      long lastTerm,
      boolean hasConfiguration,
      Optional<LogEntryProto> committedConfiguration) {}

  /**
   * Checks the log in {@code directory}, and repairs it where that is safe.
   *
   * @param maxEntryBytes the largest entry that there may be
   * @param state what the node has besides the log
   * @param mark the last entry that is known to have been committed and on this disk; or -1
   * @throws DamagedDataException if the node must not start on it
   * @throws NodeTooOldException if it goes on with what this version cannot read
   */
  static Found run(Path directory, int maxEntryBytes, StoredState state, long mark)
      throws IOException {
    return new LogCheck(directory, maxEntryBytes, state, mark).run();
  }

  private Found run() throws IOException {
    List<LogSegment> segments = LogSegment.in(directory);
    int begin = 0;
    long last = -1;
    for (int i = 0; i < segments.size(); i++) {
      LogSegment segment = segments.get(i);
      if (i > 0 && segment.first() != last + 1) {
        if (segment.first() <= last || segment.first() > state.reach() + 1) {
          throw DamagedDataException.beyondRepair(
              segment.file(), "does not follow entry %d, the last before it".formatted(last));
        }
        begin = i;
      }
      last = walk(segment, i == segments.size() - 1);
    }
    if (!segments.isEmpty() && segments.get(begin).first() > state.reach() + 1) {
      throw DamagedDataException.beyondRepair(
          segments.get(begin).file(),
          "is the first file of the log, but database and snapshots hold no more than entry %d"
              .formatted(state.reach()));
    }
    requireMark(segments.isEmpty() ? directory : segments.get(segments.size() - 1).file(), last);
    deleteLeftOfPurge(segments.subList(0, begin));
    return new Found(last, lastTerm, hasConfiguration, Optional.ofNullable(committedConfiguration));
  }

  /** Follows the entries of a file; its last entry, or the one before its first. */
  private long walk(LogSegment segment, boolean isLast) throws IOException {
    if (segment.isOpen() && !isLast) {
      throw DamagedDataException.beyondRepair(
          segment.file(), "is the end of the log by its name, but other files follow");
    }
    try (SegmentReader reader = new SegmentReader(segment.file(), maxEntryBytes)) {
      long next = segment.first();
      if (segment.isOpen() && reader.isBlank()) {
        return next - 1;
      }
      if (!reader.hasHeader()) {
        throw DamagedDataException.beyondRepair(segment.file(), "is damaged at its first bytes");
      }
      long position = SegmentReader.HEADER_BYTES;
      while (next <= segment.last()) {
        Frame frame = reader.frameAt(position);
        if (frame == null) {
          break;
        }
        if (frame.entry().getIndex() != next) {
          throw DamagedDataException.beyondRepair(
              segment.file(),
              "holds entry %d in the place of %d".formatted(frame.entry().getIndex(), next));
        }
        note(frame.entry());
        position += frame.bytes();
        next++;
      }
      if (!reader.endsAt(position)) {
        repairTail(segment, reader, position, next);
      } else if (!segment.isOpen() && next <= segment.last()) {
        finishTruncation(segment, isLast, next - 1);
      }
      return next - 1;
    }
  }

  private void note(LogEntryProto entry) {
    FeatureLevels.requireReadable(entry);
    lastTerm = entry.getTerm();
    if (entry.hasConfigurationEntry()) {
      hasConfiguration = true;
      if (entry.getIndex() <= mark) {
        committedConfiguration = entry;
      }
    }
  }

  /** Something other than entry {@code lost} is where it must begin. */
  private void repairTail(LogSegment segment, SegmentReader reader, long position, long lost)
      throws IOException {
    if (!segment.isOpen() || end(lost - 1) < mark) {
      throw damaged(segment, position, lost);
    }
    long behind = reader.nextFrame(position + 1, lost);
    if (behind >= 0 && !reader.lacksASector(position, behind)) {
      throw damaged(segment, position, lost);
    }
    long cutBytes = reader.sizeBytes() - position;
    try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      channel.truncate(position);
      channel.force(true);
    }
    log.warn(
        "{} was torn by a crash: cut off {} bytes behind entry {}, of writes that were never acknowledged",
        segment.file(),
        cutBytes,
        lost - 1);
  }

  private static DamagedDataException damaged(LogSegment segment, long position, long index) {
    return DamagedDataException.beyondRepair(
        segment.file(), "is damaged at byte %d, where entry %d begins".formatted(position, index));
  }

  /** Ratis truncates a file and then renames it, and does not find it again if it dies between. */
  private void finishTruncation(LogSegment segment, boolean isLast, long last) throws IOException {
    if (!isLast || end(last) < mark) {
      throw DamagedDataException.beyondRepair(segment.file(), "ends with entry %d".formatted(last));
    }
    if (last < segment.first()) {
      // Ratis deletes it.
      return;
    }
    Path renamed = segment.closedAt(last);
    Files.move(segment.file(), renamed, StandardCopyOption.ATOMIC_MOVE);
    Fsync.directory(directory);
    log.warn("{} ends with entry {}: renamed to {}", segment.file(), last, renamed.getFileName());
  }

  private void requireMark(Path file, long last) {
    if (end(last) < mark) {
      throw DamagedDataException.beyondRepair(
          file,
          "is not whole: log and snapshots end with entry %d, but this node had acknowledged up to entry %d"
              .formatted(end(last), mark));
    }
  }

  /** Where log and snapshots end if the log ends with {@code last}. */
  private long end(long last) {
    return Math.max(last, state.snapshotIndex());
  }

  /** Ratis deletes from the newest to the oldest; the state has what is in them. */
  private void deleteLeftOfPurge(List<LogSegment> segments) throws IOException {
    for (LogSegment segment : segments) {
      Files.delete(segment.file());
      log.warn("{} was left by an interrupted purge: deleted", segment.file());
    }
    if (!segments.isEmpty()) {
      Fsync.directory(directory);
    }
  }
}
