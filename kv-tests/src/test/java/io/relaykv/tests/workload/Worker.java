package io.relaykv.tests.workload;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does one operation after the other, with a pause between them so that a run's
 * history does not depend on how quick the machine is.
 */
final class Worker {
  private static final long END_SECONDS = 60;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "worker");
            made.setDaemon(true);
            return made;
          });
  private final Runnable operation;
  private final Duration pause;
  private final Queue<Throwable> crashes = new ConcurrentLinkedQueue<>();

  /**
   * @param operation throws nothing; if it does, {@link #end} fails
   */
  Worker(Duration pause, Runnable operation) {
    this.pause = pause;
    this.operation = operation;
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::work, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void work() {
    try {
      operation.run();
    } catch (RuntimeException | Error e) {
      crashes.add(e);
    }
  }

  /** Asks it to stop after the operation that is under way. */
  void stop() {
    thread.shutdown();
  }

  /** Returns once it has stopped. */
  void end() {
    stop();
    try {
      if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(
            "an operation has not ended within " + END_SECONDS + " s, whatever its deadline");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    if (!crashes.isEmpty()) {
      throw new AssertionError("a client failed with what is no KvException", crashes.peek());
    }
  }
}
