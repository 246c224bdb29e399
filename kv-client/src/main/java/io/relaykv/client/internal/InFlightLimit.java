package io.relaykv.client.internal;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds the operations in flight by number and by size. Thread-safe. */
final class InFlightLimit {
  private final OvershootingSemaphore ops;
  private final OvershootingSemaphore bytes;

  InFlightLimit(int maxOps, int maxBytes) {
    this.ops = new OvershootingSemaphore(maxOps);
    this.bytes = new OvershootingSemaphore(maxBytes);
  }

  /**
   * Takes room for one operation, waiting for it until {@code deadlineNanos}.
   *
   * @return whether there was room in time
   */
  boolean acquire(int sizeBytes, long deadlineNanos) throws InterruptedException {
    if (!ops.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    if (!bytes.tryAcquire(sizeBytes, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      ops.release();
      return false;
    }
    return true;
  }

  /**
   * Takes room for one operation even if there is none: for the threads that give room back, which
   * must not wait for themselves.
   */
  void acquireAnyway(int sizeBytes) {
    ops.takeAnyway(1);
    bytes.takeAnyway(sizeBytes);
  }

  /** Gives back the room of one operation. */
  void release(int sizeBytes) {
    ops.release();
    bytes.release(sizeBytes);
  }

  private static final class OvershootingSemaphore extends Semaphore {
    OvershootingSemaphore(int permits) {
      super(permits, true);
    }

    void takeAnyway(int permits) {
      reducePermits(permits);
    }
  }
}
