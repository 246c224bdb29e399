package io.relaykv.statemachine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaykv.statemachine.store.Applied;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a snapshot holds, file by file. It lies in the snapshot's directory under the name {@value
 * #NAME} and travels with it:
 *
 * <pre>
 *   relaykv-snapshot 1                                 format
 *   cluster 3f0e7a52-2d0c-3b5e-9a57-0b4a6f1c9d11
 *   applied 3 1200                                     term and index of the last entry in it
 *   file 4096 9f86d081884c7d65..  000012.sst           bytes, SHA-256, name; one line for each
 *   ..
 *   sha256 60303ae22b998861..                          of all lines above
 * </pre>
 *
 * <p>Ratis puts a file {@code X.md5} beside each file X that it has received. They are no part of a
 * snapshot.
 *
 * @param clusterId whose data it is
 * @param applied the last entry in it
 * @param files all files but the manifest, by name
 */
record SnapshotManifest(UUID clusterId, Applied applied, SortedMap<String, Content> files) {
  static final String NAME = "snapshot.manifest";

  /** What the name ends with of the file that Ratis puts beside each that it receives. */
  static final String DIGEST_OF_RATIS = ".md5";

  private static final String FORMAT = "relaykv-snapshot 1";
  private static final String CHECKSUM = "sha256 ";
  private static final int READ_BYTES = 1 << 20;

  /**
   * What a file must be.
   *
   * @param sizeBytes its length
   * @param sha256 in hexadecimal
   */
  record Content(long sizeBytes, String sha256) {}

  /**
   * Describes the files that are in {@code directory}.
   *
   * <p>A table file never changes: what it must be is taken from {@code previous} if it is the very
   * same file there. That spares reading the whole database for each snapshot, and damage that has
   * come over the file meanwhile is not taken for its content.
   */
  static SnapshotManifest describe(
      Path directory, UUID clusterId, Applied applied, Optional<Snapshot> previous)
      throws IOException {
    SortedMap<String, Content> known =
        previous.isPresent() ? read(previous.get().directory()).files() : new TreeMap<>();
    SortedMap<String, Content> files = new TreeMap<>();
    for (Path file : files(directory)) {
      String name = name(file);
      Content content = known.get(name);
      boolean unchanged =
          content != null
              && name.endsWith(".sst")
              && Files.isSameFile(file, previous.orElseThrow().directory().resolve(name));
      files.put(name, content != null && unchanged ? content : contentOf(file));
    }
    return new SnapshotManifest(clusterId, applied, files);
  }

  /**
   * Reads the manifest of {@code snapshot} and checks that it is this one's, of this cluster's
   * data, and that there are all of its files and no others; not what is in them.
   *
   * @throws DamagedSnapshotException if not
   */
  static SnapshotManifest of(Snapshot snapshot, UUID clusterId) throws IOException {
    SnapshotManifest manifest = read(snapshot.directory());
    Path file = snapshot.directory().resolve(NAME);
    if (!manifest.clusterId().equals(clusterId)) {
      throw new DamagedSnapshotException(
          file, "is of the cluster %s, not of %s".formatted(manifest.clusterId(), clusterId));
    }
    if (!manifest.applied().equals(snapshot.applied())) {
      throw new DamagedSnapshotException(
          file, "is of another snapshot: of entries up to " + manifest.applied());
    }
    manifest.checkFiles(snapshot.directory());
    return manifest;
  }

  private void checkFiles(Path directory) throws IOException {
    SortedMap<String, Content> missing = new TreeMap<>(files);
    for (Path file : files(directory)) {
      Content content = missing.remove(name(file));
      if (content == null) {
        throw new DamagedSnapshotException(file, "does not belong there");
      }
      if (Files.size(file) != content.sizeBytes()) {
        throw new DamagedSnapshotException(
            file,
            "is damaged: it has %d bytes, not %d".formatted(Files.size(file), content.sizeBytes()));
      }
    }
    if (!missing.isEmpty()) {
      throw new DamagedSnapshotException(directory.resolve(missing.firstKey()), "is missing");
    }
  }

  /**
   * Reads all files in {@code directory}.
   *
   * @throws DamagedSnapshotException if one is not what it must be
   */
  void checkContents(Path directory) throws IOException {
    for (String name : files.keySet()) {
      Path file = directory.resolve(name);
      checkContent(file, contentOf(file));
    }
  }

  /**
   * Compares what has been read from {@code file} with what it must be; the manifest itself has
   * been checked when it was read.
   *
   * @throws DamagedSnapshotException if they differ
   */
  void checkContent(Path file, Content found) throws DamagedSnapshotException {
    Content content = files.get(name(file));
    if (content != null && !content.equals(found)) {
      throw new DamagedSnapshotException(file, "is damaged: its content has changed");
    }
  }

  private static Content contentOf(Path file) throws IOException {
    ContentReader reader = new ContentReader();
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        reader.read(ByteBuffer.wrap(buffer, 0, read));
      }
    }
    return reader.end();
  }

  /** Finds out what a file is from its bytes as they come. */
  static final class ContentReader {
    private final MessageDigest digest = newSha256();
    private long sizeBytes;

    /** The next bytes. */
    void read(ByteBuffer bytes) {
      sizeBytes += bytes.remaining();
      digest.update(bytes);
    }

    /** The file has ended; the next one may begin. */
    Content end() {
      Content content = new Content(sizeBytes, HexFormat.of().formatHex(digest.digest()));
      sizeBytes = 0;
      return content;
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Puts the manifest into {@code directory}; the caller has it written to disk. */
  void write(Path directory) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(FORMAT).append('\n');
    text.append("cluster ").append(clusterId).append('\n');
    text.append("applied %d %d\n".formatted(applied.term(), applied.index()));
    for (Map.Entry<String, Content> file : files.entrySet()) {
      Content content = file.getValue();
      text.append(
          "file %d %s %s\n".formatted(content.sizeBytes(), content.sha256(), file.getKey()));
    }
    Files.writeString(directory.resolve(NAME), text + checksumLine(text.toString()));
  }

  private static SnapshotManifest read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    String text;
    try {
      // A byte that is no text becomes a character that the checksum does not fit.
      text = new String(Files.readAllBytes(file), UTF_8);
    } catch (NoSuchFileException e) {
      throw new DamagedSnapshotException(file, "is missing");
    }
    String lines = text.substring(0, Math.max(0, text.lastIndexOf(CHECKSUM)));
    if (!text.equals(lines + checksumLine(lines))) {
      throw new DamagedSnapshotException(file, "is damaged");
    }
    return parse(file, lines.lines().toList());
  }

  private static SnapshotManifest parse(Path file, List<String> lines) throws IOException {
    if (!lines.get(0).equals(FORMAT)) {
      throw new DamagedSnapshotException(
          file, "is of another version: it begins with " + lines.get(0));
    }
    String[] applied = lines.get(2).split(" ", -1);
    SortedMap<String, Content> files = new TreeMap<>();
    for (String line : lines.subList(3, lines.size())) {
      String[] parts = line.split(" ", 4);
      files.put(parts[3], new Content(Long.parseLong(parts[1]), parts[2]));
    }
    return new SnapshotManifest(
        UUID.fromString(lines.get(1).split(" ", -1)[1]),
        new Applied(Long.parseLong(applied[1]), Long.parseLong(applied[2])),
        files);
  }

  /** The last line: of {@code lines}, all above it. */
  static String checksumLine(String lines) {
    return CHECKSUM + HexFormat.of().formatHex(newSha256().digest(lines.getBytes(UTF_8))) + "\n";
  }

  /** What is in {@code directory} besides the manifest and what Ratis adds. */
  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> listed = Files.list(directory)) {
      return listed.filter(file -> isOfDatabase(name(file))).sorted().toList();
    }
  }

  /** Whether a file of that name is one of the database's. */
  static boolean isOfDatabase(String name) {
    return !name.equals(NAME) && !name.endsWith(DIGEST_OF_RATIS);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
