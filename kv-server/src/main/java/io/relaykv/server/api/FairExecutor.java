package io.relaykv.server.api;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Shares a few threads out among accounts: they take turns, and a turn is one task. No account has
 * two tasks running at a time, so that one with thousands of them leaves the other threads free.
 * Thread-safe.
 */
final class FairExecutor {
  private final Executor threads;

  /** The tasks of each account that has a turn coming or under way, in order. Guarded by itself. */
  private final Map<Long, Queue<Runnable>> waiting = new HashMap<>();

  /**
   * @param threads run what they are given in the order in which they are given it
   */
  FairExecutor(Executor threads) {
    this.threads = threads;
  }

  /** Runs the tasks of one account, one after the other. */
  Executor of(long accountId) {
    return task -> execute(accountId, task);
  }

  private void execute(long accountId, Runnable task) {
    Queue<Runnable> tasks;
    synchronized (waiting) {
      Queue<Runnable> present = waiting.get(accountId);
      if (present != null) {
        present.add(task);
        return;
      }
      tasks = new ArrayDeque<>();
      tasks.add(task);
      waiting.put(accountId, tasks);
    }
    threads.execute(() -> takeTurn(accountId, tasks));
  }

  private void takeTurn(long accountId, Queue<Runnable> tasks) {
    Runnable task;
    synchronized (waiting) {
      task = tasks.remove();
    }
    try {
      task.run();
    } finally {
      endTurn(accountId, tasks);
    }
  }

  private void endTurn(long accountId, Queue<Runnable> tasks) {
    synchronized (waiting) {
      if (tasks.isEmpty()) {
        waiting.remove(accountId);
        return;
      }
    }
    threads.execute(() -> takeTurn(accountId, tasks));
  }
}
