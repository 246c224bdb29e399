package io.relaykv.statemachine.sessions;

import java.nio.ByteBuffer;

/**
 * A client's own random name for its session: 128 bits.
 *
 * @param high the first 8 bytes, big-endian
 * @param low the last 8 bytes, big-endian
 */
public record SessionId(long high, long low) {
  /** How many bytes an id has. */
  public static final int BYTES = 16;

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException if {@code bytes} are not 16
   */
  public static SessionId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a session id has 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new SessionId(buffer.getLong(), buffer.getLong());
  }

  /** The id as it stands in messages and rows. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
