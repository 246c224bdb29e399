package io.relaykv.shell.prompt;

import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.failure.ExitCodes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * A command that the prompt waits for, unless it is interrupted. Some commands end in order then,
 * some only leave off waiting; one that does neither soon is left behind.
 */
final class RunningCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Thread thread;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private volatile boolean ended;

  /** Guarded by this. */
  private boolean interrupted;

  /** Starts the command on a thread of its own. */
  RunningCommand(IntSupplier command) {
    thread = new Thread(() -> run(command), "command");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(IntSupplier command) {
    int code = ExitCodes.INTERNAL_ERROR;
    try {
      code = command.getAsInt();
    } finally {
      ended = true;
      exitCode.complete(code);
    }
  }

  /**
   * Waits until it ends or is left behind.
   *
   * @return its exit code, {@link ExitCodes#INTERRUPTED} if it is left behind
   */
  int await() {
    return exitCode.join();
  }

  /** Whether it goes on, although nobody waits for it. */
  boolean isLeftBehind() {
    return exitCode.isDone() && !ended;
  }

  /** What Ctrl-C does; for any thread. */
  synchronized void interrupt() {
    if (interrupted) {
      exitCode.complete(ExitCodes.INTERRUPTED);
      return;
    }
    interrupted = true;
    // Work that can be asked to stop says how to go on; whoever does not want to wait for it asks
    // again.
    if (!Interruption.stopWork()) {
      thread.interrupt();
      exitCode.completeOnTimeout(ExitCodes.INTERRUPTED, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
