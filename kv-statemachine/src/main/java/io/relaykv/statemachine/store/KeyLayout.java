package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How keys stand in the {@code data} column family:
 *
 * <pre>
 *   8 bytes, big-endian   n bytes
 *   account id            key (ASCII)
 * </pre>
 *
 * Account ids are numbers made by the cluster and of one width, so no key of one account is ever a
 * key, or within a range, of another.
 */
final class KeyLayout {
  private static final int ACCOUNT_BYTES = Long.BYTES;

  private KeyLayout() {}

  static byte[] dataKey(long accountId, String key) {
    byte[] bytes = new byte[sizeBytes(key)];
    write(accountId, key, bytes, 0);
    return bytes;
  }

  /** The size of a data key. */
  static int sizeBytes(String key) {
    return ACCOUNT_BYTES + key.length();
  }

  /** Writes a data key to {@code offset} of {@code bytes}, where there must be room for it. */
  static void write(long accountId, String key, byte[] bytes, int offset) {
    putAccount(accountId, bytes, offset);
    int keyAt = offset + ACCOUNT_BYTES;
    for (int i = 0; i < key.length(); i++) {
      bytes[keyAt + i] = (byte) key.charAt(i);
    }
  }

  /** The row key of an account or an API key. */
  static byte[] idKey(long id) {
    byte[] bytes = new byte[ACCOUNT_BYTES];
    putAccount(id, bytes, 0);
    return bytes;
  }

  /** The id in a row key of {@link #idKey}. */
  static long id(byte[] idKey) {
    return ByteBuffer.wrap(idKey).getLong();
  }

  static String key(byte[] dataKey) {
    return new String(
        dataKey, ACCOUNT_BYTES, dataKey.length - ACCOUNT_BYTES, StandardCharsets.US_ASCII);
  }

  /**
   * The smallest key that is greater than every key beginning with {@code bytes}, or null if none
   * is.
   */
  static byte @Nullable [] successorOfPrefix(byte[] bytes) {
    for (int last = bytes.length - 1; last >= 0; last--) {
      if (bytes[last] != (byte) 0xFF) {
        byte[] successor = Arrays.copyOf(bytes, last + 1);
        successor[last]++;
        return successor;
      }
    }
    return null;
  }

  private static void putAccount(long accountId, byte[] bytes, int offset) {
    for (int i = 0; i < ACCOUNT_BYTES; i++) {
      bytes[offset + i] = (byte) (accountId >>> (56 - 8 * i));
    }
  }
}
