package io.relaykv.client.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.backup.BackupRows;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a backup file record by record, and checks that it is what was written, to its end: what
 * the rows say is for others to judge. What is not is an {@link InvalidBackupException} that names
 * the place. Not thread-safe.
 */
final class BackupReader implements AutoCloseable {
  private final Path file;
  private final InputStream in;
  private final MessageDigest sha256 = BackupRecords.newSha256();
  private final BackupHeader header;

  /** How far the file has been read, and where the record begins that was read last. */
  private long bytes;

  private long recordAt;
  private byte[] sha256BeforeRecord = new byte[0];
  private @Nullable BackupEnd end;
  private String sha256OfFile = "";

  /**
   * Opens a backup and reads its header.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  BackupReader(Path file) {
    this.file = file;
    try {
      this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      checkMagic();
      BackupPart first = readRecord();
      if (!first.hasHeader()) {
        throw wrong("a backup begins with its header");
      }
      header = first.getHeader();
      BackupRules.check(header);
    } catch (IllegalArgumentException e) {
      close();
      throw wrong(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void checkMagic() {
    byte[] found = read(BackupRecords.MAGIC.length);
    if (!Arrays.equals(found, BackupRecords.MAGIC)) {
      throw wrong(
          found.length == 0
              ? "the file is empty"
              : "this is no backup of RelayKV: those begin with \"RELAYKVB\"");
    }
  }

  Path file() {
    return file;
  }

  BackupHeader header() {
    return header;
  }

  /** The next rows; empty at the end, which has been checked then. */
  Optional<BackupRows> next() {
    if (end != null) {
      return Optional.empty();
    }
    BackupPart part = readRecord();
    switch (part.getPartCase()) {
      case ROWS -> {
        return Optional.of(part.getRows());
      }
      case END -> {
        finish(part.getEnd());
        return Optional.empty();
      }
      case HEADER -> throw wrong("there is a second header");
      case PART_NOT_SET -> throw wrong("this is no part that this version knows");
    }
    throw new AssertionError(part.getPartCase());
  }

  private void finish(BackupEnd found) {
    if (!Arrays.equals(found.getSha256().toByteArray(), sha256BeforeRecord)) {
      throw wrong("the SHA-256 is not that of what stands before: the file has been changed");
    }
    long endsAt = bytes;
    if (read(1).length > 0) {
      recordAt = endsAt;
      throw wrong("the file goes on behind the end of the backup");
    }
    end = found;
    sha256OfFile = HexFormat.of().formatHex(sha256.digest());
  }

  /** What the file says at its end; once there are no more rows. */
  BackupEnd end() {
    BackupEnd found = end;
    if (found == null) {
      throw new IllegalStateException("the end has not been read");
    }
    return found;
  }

  /** Of the whole file in hexadecimal; once there are no more rows. */
  String sha256() {
    return sha256OfFile;
  }

  /** How much has been read. */
  long bytes() {
    return bytes;
  }

  /** What is wrong with the record that was read last. */
  InvalidBackupException wrong(String what) {
    return new InvalidBackupException(file, recordAt, what);
  }

  private BackupPart readRecord() {
    recordAt = bytes;
    sha256BeforeRecord = BackupRecords.soFar(sha256);
    byte[] prefix = read(BackupRecords.PREFIX_BYTES);
    if (prefix.length < BackupRecords.PREFIX_BYTES) {
      throw cutOff();
    }
    int length = ByteBuffer.wrap(prefix).getInt();
    int checksum = ByteBuffer.wrap(prefix).getInt(Integer.BYTES);
    if (length <= 0 || length > BackupRecords.MAX_CONTENT_BYTES) {
      throw wrong("the file is damaged: a record cannot have so many bytes as it says");
    }
    byte[] content = read(length);
    if (content.length < length) {
      throw cutOff();
    }
    if (BackupRecords.checksum(content) != checksum) {
      throw wrong("the file is damaged: the checksum of the record is another one");
    }
    try {
      return BackupPart.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw wrong("this is no part of a backup: " + e.getMessage());
    }
  }

  private InvalidBackupException cutOff() {
    return wrong(
        "the file is cut off: it ends after %d bytes, before the end of the backup"
            .formatted(bytes));
  }

  /** Reads so many bytes, or what there is. */
  private byte[] read(int count) {
    try {
      byte[] read = in.readNBytes(count);
      sha256.update(read);
      bytes += read.length;
      return read;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
