package io.relaykv.client.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.relaykv.protocol.Limits;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/**
 * How a backup file is laid out (docs/backup.md):
 *
 * <pre>
 *   8 bytes    record, record, ..
 *   RELAYKVB   the first has the header, the last one the end
 *
 *   4 bytes, big-endian   4 bytes, big-endian              n bytes
 *   n                     CRC-32C of the other two parts   a BackupPart (backup.proto)
 * </pre>
 */
final class BackupRecords {
  static final byte[] MAGIC = "RELAYKVB".getBytes(US_ASCII);

  /** Before what is in a record. */
  static final int PREFIX_BYTES = 2 * Integer.BYTES;

  /** Of what is in a record. */
  static final int MAX_CONTENT_BYTES = Limits.MAX_BACKUP_PART_BYTES + 64;

  private BackupRecords() {}

  /** What stands before {@code content}. */
  static byte[] prefix(byte[] content) {
    return ByteBuffer.allocate(PREFIX_BYTES)
        .putInt(content.length)
        .putInt(checksum(content))
        .array();
  }

  /** Of a record with {@code content}. */
  static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).flip());
    crc.update(content);
    return (int) crc.getValue();
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** The digest of all that {@code sha256} has been given so far, to which more may be added. */
  static byte[] soFar(MessageDigest sha256) {
    try {
      return ((MessageDigest) sha256.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("Java's own SHA-256 can be cloned", e);
    }
  }
}
