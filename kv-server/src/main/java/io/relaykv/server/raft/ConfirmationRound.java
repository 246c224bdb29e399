package io.relaykv.server.raft;

import java.util.concurrent.CompletableFuture;

/**
 * The reads that wait for one confirmation of the leadership, all of which arrived before it began.
 */
final class ConfirmationRound {
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long startNanos;

  /** Confirmations count from now on. */
  void begin(long nowNanos) {
    startNanos = nowNanos;
  }

  long startNanos() {
    return startNanos;
  }

  CompletableFuture<Void> done() {
    return done;
  }
}
