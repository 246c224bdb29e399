package io.relaykv.shell;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the process is told to end, say by Ctrl-C: it is asked to stop, and
 * has some seconds for it. The exit code is the signal's then, 130 for Ctrl-C.
 */
final class Interruption {
  private static final long PATIENCE_SECONDS = 30;

  private Interruption() {}

  /**
   * Does {@code work}, and calls {@code stop} if the process is told to end meanwhile.
   *
   * @param stop called by another thread; makes the work end soon
   */
  static void stopping(Runnable stop, Runnable work) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.run();
              await(ended);
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

  private static void await(CountDownLatch ended) {
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
