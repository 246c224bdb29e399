package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The client's one thread: it does the network I/O of all connections, and everything that they
 * share is confined to it, so that an operation needs no lock and no second thread.
 */
final class EventLoop {
  private final EventLoopGroup group;
  private final io.grpc.netty.shaded.io.netty.channel.EventLoop loop;

  EventLoop() {
    ThreadFactory threads = new DefaultThreadFactory("relaykv-client", true);
    group =
        Epoll.isAvailable()
            ? new EpollEventLoopGroup(1, threads)
            : new NioEventLoopGroup(1, threads);
    loop = group.next();
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends SocketChannel> channelType() {
    return group instanceof EpollEventLoopGroup ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Whether the caller is on this thread. */
  boolean isHere() {
    return loop.inEventLoop();
  }

  /**
   * Runs {@code task} here: at once if the caller is here, else soon. After the end nothing is run.
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
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Whether it runs nothing more. */
  boolean hasEnded() {
    return group.isShuttingDown();
  }

  ScheduledFuture<?> every(long periodMs, Runnable task) {
    return loop.scheduleAtFixedRate(task, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  ScheduledFuture<?> after(long delayMs, Runnable task) {
    return loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  /** Ends the thread once what it does now is done. */
  void shutdown() {
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
