package io.relaykv.server.raft;

import io.relaykv.protocol.log.Write;

/**
 * A write that waits for its outcome.
 *
 * @param source whose it is
 * @param requestId what the client calls it on its stream
 * @param write what it does
 */
public record PendingWrite(WriteSource source, long requestId, Write write) {
  /** An upper estimate of what it takes in the log. */
  int sizeBytes() {
    return write.getSerializedSize() + 8;
  }
}
