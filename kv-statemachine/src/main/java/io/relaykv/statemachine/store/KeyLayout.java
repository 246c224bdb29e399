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
    int length = key.length();
    byte[] bytes = new byte[ACCOUNT_BYTES + length];
    putAccount(accountId, bytes);
    for (int i = 0; i < length; i++) {
      bytes[ACCOUNT_BYTES + i] = (byte) key.charAt(i);
    }
    return bytes;
  }

  /** The row key of an account or an API key. */
  static byte[] idKey(long id) {
    byte[] bytes = new byte[ACCOUNT_BYTES];
    putAccount(id, bytes);
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

  private static void putAccount(long accountId, byte[] bytes) {
    for (int i = 0; i < ACCOUNT_BYTES; i++) {
      bytes[i] = (byte) (accountId >>> (56 - 8 * i));
    }
  }
}
