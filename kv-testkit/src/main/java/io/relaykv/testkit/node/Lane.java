package io.relaykv.testkit.node;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one direction of a call, in order and one after the other: nothing overtakes what
 * has been delayed. Thread-safe; what is not late happens on the thread that brings it, unless
 * another is at it.
 */
final class Lane {
  private record Event(long dueNanos, Runnable action) {}

  private final Executor late;
  private final Queue<Event> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * @param late runs what has been delayed
   */
  Lane(Executor late) {
    this.late = late;
  }

  void pass(long delayNanos, Runnable action) {
    synchronized (this) {
      waiting.add(new Event(System.nanoTime() + delayNanos, action));
      if (busy) {
        return;
      }
      busy = true;
    }
    drain();
  }

  private void drain() {
    boolean failed = true;
    try {
      for (Runnable next = next(); next != null; next = next()) {
        next.run();
      }
      failed = false;
    } finally {
      if (failed) {
        release();
      }
    }
  }

  /** For whoever brings the next. */
  private synchronized void release() {
    busy = false;
  }

  /** Null if there is none, or none yet. */
  private synchronized @Nullable Runnable next() {
    Event first = waiting.peek();
    if (first == null) {
      busy = false;
      return null;
    }
    long leftNanos = first.dueNanos() - System.nanoTime();
    if (leftNanos > 0) {
      CompletableFuture.delayedExecutor(leftNanos, TimeUnit.NANOSECONDS, late).execute(this::drain);
      return null;
    }
    waiting.remove();
    return first.action();
  }
}
