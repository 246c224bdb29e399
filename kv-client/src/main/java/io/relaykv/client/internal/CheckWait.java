package io.relaykv.client.internal;

import io.relaykv.client.ReplicaCheck;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits for the nodes' results of a check, for as long as those that answer come on. On the
 * caller's thread.
 */
final class CheckWait {
  private static final long POLL_MS = 100;
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Duration patience;
  private final Supplier<ReplicaCheck> look;
  private final Consumer<ReplicaCheck> progress;

  /**
   * @param patience how long to wait while no node comes on
   * @param look asks all nodes
   * @param progress told once a second
   */
  CheckWait(Duration patience, Supplier<ReplicaCheck> look, Consumer<ReplicaCheck> progress) {
    this.patience = patience;
    this.look = look;
    this.progress = progress;
  }

  /** What is known in the end. */
  ReplicaCheck result() {
    ReplicaCheck known = look.get();
    long cameOn = System.nanoTime();
    long told = cameOn;
    while (!known.pending().isEmpty()
        && System.nanoTime() - cameOn < patience.toNanos()
        && slept()) {
      ReplicaCheck before = known;
      known = look.get();
      if (!known.pending().equals(before.pending())) {
        cameOn = System.nanoTime();
      }
      if (System.nanoTime() - told >= TELL_NANOS && !known.pending().isEmpty()) {
        told = System.nanoTime();
        progress.accept(known);
      }
    }
    return known;
  }

  private static boolean slept() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
