package io.relaykv.shell;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the process is told to end, say by Ctrl-C: it is asked to stop, and
 * has some seconds for it. The exit code is the signal's then, 130 for Ctrl-C.
 */
final class Interruption {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Interruption() {}

  /**
   * Does {@code work}, and calls {@code stop} if the process is told to end meanwhile.
   *
   * @param stop called by another thread; makes the work end soon
   */
  static void stopping(Runnable stop, Runnable work) {
    stopping(stop, PATIENCE, work);
  }

  /**
   * The same.
   *
   * @param patience how long the work may take to end then
   */
  static void stopping(Runnable stop, Duration patience, Runnable work) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.run();
              await(ended, patience);
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      work.run();
    } finally {
      ended.countDown();
      forget(hook);
    }
  }

  private static void await(CountDownLatch ended, Duration patience) {
    try {
      ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook was called.
    }
  }
}
