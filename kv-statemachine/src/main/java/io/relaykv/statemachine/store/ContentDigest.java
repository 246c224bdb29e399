package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A SHA-256 of rows. Of each row these parts, one after the other:
 *
 * <pre>
 *   4 bytes  n bytes             4 bytes  n bytes   4 bytes  n bytes
 *   n        column family       n        key       n        value
 * </pre>
 *
 * As every part has its length in front, no two lists of rows are the same bytes.
 */
final class ContentDigest {
  private final MessageDigest sha256;
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
  private long bytes;

  ContentDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  void add(Family family, byte[] key, byte[] value) {
    add(family.nameBytes());
    add(key);
    add(value);
  }

  private void add(byte[] part) {
    sha256.update(length.clear().putInt(part.length).array());
    sha256.update(part);
    bytes += Integer.BYTES + part.length;
  }

  /** How much has been added, lengths included. */
  long bytes() {
    return bytes;
  }

  /** The digest; nothing can be added behind it. */
  byte[] finish() {
    return sha256.digest();
  }
}
