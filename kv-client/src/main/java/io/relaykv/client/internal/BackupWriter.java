package io.relaykv.client.internal;

import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Writes a backup file, which only its owner can read. It is there as a whole and on the disk, or
 * not at all: until the end it has another name, beside its own. What fails is an {@link
 * UncheckedIOException} that names the file. Not thread-safe.
 */
final class BackupWriter implements AutoCloseable {
  private final Path file;
  private final boolean replace;
  private final Path prepared;
  private final FileChannel channel;
  private MessageDigest sha256 = BackupRecords.newSha256();
  private long bytes;

  private BackupWriter(Path file, boolean replace, Path prepared) throws IOException {
    this.file = file;
    this.replace = replace;
    this.prepared = prepared;
    this.channel = FileChannel.open(prepared, StandardOpenOption.WRITE);
  }

  /**
   * Makes sure that the file can be written, without making it.
   *
   * @param replace whether it may take the place of one that is there
   */
  static BackupWriter prepare(Path file, boolean replace) {
    try {
      if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      Path prepared =
          Files.createTempFile(
              directoryOf(file),
              ".relaykv-backup",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return new BackupWriter(file, replace, prepared);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** Begins the file, anew if it has been begun before. */
  void begin() {
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw failed(file, e);
    }
    sha256 = BackupRecords.newSha256();
    bytes = 0;
    append(BackupRecords.MAGIC);
  }

  /** Adds what is not the end. */
  void add(BackupPart part) {
    byte[] content = part.toByteArray();
    append(BackupRecords.prefix(content));
    append(content);
  }

  /**
   * Adds the end and gives the file its name.
   *
   * @return the SHA-256 of the whole file in hexadecimal
   */
  String finish(BackupEnd end) {
    add(
        BackupPart.newBuilder()
            .setEnd(
                end.toBuilder()
                    .setSha256(UnsafeByteOperations.unsafeWrap(BackupRecords.soFar(sha256))))
            .build());
    try {
      channel.force(true);
      publish();
      try (FileChannel directory = FileChannel.open(directoryOf(file), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void publish() throws IOException {
    if (replace) {
      Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      // A link fails if the name is taken meanwhile; a rename would replace what has it.
      Files.createLink(file, prepared);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Some file systems have no links.
      Files.move(prepared, file);
    }
  }

  /** How long the file is so far. */
  long bytes() {
    return bytes;
  }

  private void append(byte[] next) {
    ByteBuffer left = ByteBuffer.wrap(next);
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
    sha256.update(next);
    bytes += next.length;
  }

  private static UncheckedIOException failed(Path file, IOException e) {
    String reason =
        e instanceof FileAlreadyExistsException
            ? "exists already"
            : e instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : e.toString();
    return new UncheckedIOException("%s cannot be written: %s".formatted(file, reason), e);
  }

  /** Removes what has not got the file's name. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(prepared);
    } catch (IOException e) {
      throw failed(prepared, e);
    }
  }
}
