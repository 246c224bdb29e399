package io.relaykv.shell.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has many operations under way at a time, none of which may fail. For one thread. */
final class Pipeline {
  private static final int UNDER_WAY = 256;

  private final Semaphore room = new Semaphore(UNDER_WAY);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Begins one, when there is room.
   *
   * @throws io.relaykv.client.KvException if an earlier one failed
   */
  void add(Supplier<CompletableFuture<?>> operation) {
    room.acquireUninterruptibly();
    boolean begun = false;
    try {
      requireNoFailure();
      operation
          .get()
          .whenComplete(
              (result, failed) -> {
                if (failed != null) {
                  failure.compareAndSet(null, failed);
                }
                room.release();
              });
      begun = true;
    } finally {
      if (!begun) {
        room.release();
      }
    }
  }

  /** Waits for all. */
  void finish() {
    room.acquireUninterruptibly(UNDER_WAY);
    room.release(UNDER_WAY);
    requireNoFailure();
  }

  private void requireNoFailure() {
    Throwable failed = failure.get();
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed != null) {
      throw new CompletionException(failed);
    }
  }
}
