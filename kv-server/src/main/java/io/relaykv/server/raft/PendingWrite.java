package io.relaykv.server.raft;

import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Write;

/**
 * A write that waits for its outcome.
 *
 * @param source whose it is
 * @param requestId what the client calls it on its stream
 * @param write what it does
 * @param arrivedNanos when it did, by the clock of its source
 */
public record PendingWrite(WriteSource source, long requestId, Write write, long arrivedNanos) {
  /** The fields around key and value, with their lengths. */
  private static final int MAX_WRITE_BYTES = Limits.MAX_KEY_BYTES + Limits.MAX_VALUE_BYTES + 32;

  /** Its own length and a {@code SessionWrites} around it, every number as long as it can be. */
  private static final int AROUND_BYTES = 64;

  /** The most that {@link #sizeBytes} is. */
  static final int MAX_SIZE_BYTES = MAX_WRITE_BYTES + AROUND_BYTES;

  /** Checks the size, which bounds that of a log entry. */
  public PendingWrite {
    if (write.getSerializedSize() > MAX_WRITE_BYTES) {
      throw new IllegalArgumentException(
          "a write has %d bytes; the limit is %d"
              .formatted(write.getSerializedSize(), MAX_WRITE_BYTES));
    }
  }

  /** The most that it takes in the log, also if it is the only one of its session there. */
  int sizeBytes() {
    return write.getSerializedSize() + AROUND_BYTES;
  }
}
