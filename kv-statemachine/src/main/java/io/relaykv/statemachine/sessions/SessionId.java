package io.relaykv.statemachine.sessions;

import java.nio.ByteBuffer;

/**
 * Names a session: the account that it belongs to, and the client's own random name for it, 128
 * bits. In the row's key:
 *
 * <pre>
 *   8 bytes, big-endian   8 bytes   8 bytes
 *   account id            high      low
 * </pre>
 *
 * @param accountId whose it is: no account can do anything to a session of another
 * @param high the first 8 bytes of its name, big-endian
 * @param low the last 8 bytes of its name, big-endian
 */
public record SessionId(long accountId, long high, long low) {
  /** How many bytes the client's name for it has. */
  public static final int NAME_BYTES = 16;

  private static final int ROW_KEY_BYTES = Long.BYTES + NAME_BYTES;

  /**
   * Of the account's session of that name.
   *
   * @throws IllegalArgumentException if {@code name} does not have 16 bytes
   */
  public static SessionId of(long accountId, byte[] name) {
    if (name.length != NAME_BYTES) {
      throw new IllegalArgumentException("a session id has 16 bytes, not " + name.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(name);
    return new SessionId(accountId, buffer.getLong(), buffer.getLong());
  }

  /** Of the row with that key. */
  static SessionId ofRow(byte[] key) {
    ByteBuffer buffer = ByteBuffer.wrap(key);
    return new SessionId(buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** The key of its row. */
  byte[] toRowKey() {
    return ByteBuffer.allocate(ROW_KEY_BYTES).putLong(accountId).putLong(high).putLong(low).array();
  }

  @Override
  public String toString() {
    return "%016x%016x of account %d".formatted(high, low, accountId);
  }
}
