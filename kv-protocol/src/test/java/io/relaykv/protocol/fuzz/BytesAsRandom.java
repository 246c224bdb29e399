package io.relaykv.protocol.fuzz;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Takes its choices from given bytes, and zeros behind their end: so a fuzzer that changes a byte
 * changes a choice, and the bytes are all that is needed to see a failure again.
 */
public final class BytesAsRandom extends Random {
  private static final long serialVersionUID = 1L;

  private final transient ByteBuffer bytes;

  /** Choices that {@code bytes} make. */
  public BytesAsRandom(byte[] bytes) {
    super(0);
    this.bytes = ByteBuffer.wrap(bytes);
  }

  @Override
  protected int next(int bits) {
    int value = 0;
    for (int i = 0; i < 4 && bytes.hasRemaining(); i++) {
      value = value << 8 | bytes.get() & 0xFF;
    }
    return value >>> (32 - bits);
  }

  /** What has not been used up. */
  public byte[] rest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }
}
