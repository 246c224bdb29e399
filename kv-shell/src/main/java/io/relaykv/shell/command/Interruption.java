package io.relaykv.shell.command;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the process is told to end, say by Ctrl-C: it is asked to stop, and
 * has some seconds for it. The exit code is the signal's then, 130 for Ctrl-C. At the prompt, where
 * the process goes on, {@link #stopWork} asks it in the same way.
 */
public final class Interruption {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Set<Work> UNDER_WAY = ConcurrentHashMap.newKeySet();

  /** Of which no two are the same. */
  private static final class Work {
    private final Runnable stop;

    Work(Runnable stop) {
      this.stop = stop;
    }
  }

  private Interruption() {}

  /**
   * Asks the work that is under way to stop, if there is any that can be asked.
   *
   * @return whether there is
   */
  public static boolean stopWork() {
    List<Work> asked = List.copyOf(UNDER_WAY);
    asked.forEach(work -> work.stop.run());
    return !asked.isEmpty();
  }

  /**
   * Does {@code work}, and calls {@code stop} if the process is told to end meanwhile.
   *
   * @param stop called by another thread; makes the work end soon
   */
  public static void stopping(Runnable stop, Runnable work) {
    stopping(stop, PATIENCE, work);
  }

  /**
   * The same.
   *
   * @param patience how long the work may take to end then
   */
  public static void stopping(Runnable stop, Duration patience, Runnable work) {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.run();
              await(ended, patience);
            },
            "interruption");
    Work underWay = new Work(stop);
    Runtime.getRuntime().addShutdownHook(hook);
    UNDER_WAY.add(underWay);
    try {
      work.run();
    } finally {
      UNDER_WAY.remove(underWay);
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
