package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one thread of a client, which other clients may share: it does the network I/O of all its
 * connections, and everything that they share is confined to it, so that an operation needs no lock
 * and no second thread.
 */
final class EventLoop {
  private final io.grpc.netty.shaded.io.netty.channel.EventLoop loop = NetworkThreads.take();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** For channels. */
  EventLoopGroup group() {
    return loop;
  }

  /**
   * Runs {@code task} here: at once if the caller is here, else soon. Nothing is taken after the
   * end; what was taken before is still run, and has to look whether it shall.
   */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /**
   * Runs {@code task} here soon.
   *
   * @return false if this loop has ended
   */
  boolean execute(Runnable task) {
    if (ended.get()) {
      return false;
    }
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Whether it takes nothing more. */
  boolean hasEnded() {
    return ended.get();
  }

  ScheduledFuture<?> every(long periodMs, Runnable task) {
    return loop.scheduleAtFixedRate(task, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  ScheduledFuture<?> after(long delayMs, Runnable task) {
    return loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  /** Ends it once what it does now is done. */
  void shutdown() {
    if (ended.compareAndSet(false, true)) {
      NetworkThreads.giveBack();
    }
  }
}
