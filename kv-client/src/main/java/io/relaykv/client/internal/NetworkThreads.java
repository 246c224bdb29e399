package io.relaykv.client.internal;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network threads of all clients in this process: as many as there are processors, whom the
 * clients get in turn. With a thread for each of many clients, waking the next thread would cost
 * more than the work that it then does. They end with the last client. Thread-safe.
 */
final class NetworkThreads {
  private static final Object LOCK = new Object();

  /** Guarded by {@link #LOCK}. */
  private static @Nullable EventLoopGroup shared;

  /** Guarded by {@link #LOCK}. */
  private static int clients;

  private NetworkThreads() {}

  /** One of the threads, for a client that calls {@link #giveBack} when it is closed. */
  static EventLoop take() {
    synchronized (LOCK) {
      EventLoopGroup group = shared;
      if (group == null) {
        group = newGroup(Runtime.getRuntime().availableProcessors());
        shared = group;
      }
      clients++;
      return group.next();
    }
  }

  private static EventLoopGroup newGroup(int threads) {
    return Epoll.isAvailable()
        ? new EpollEventLoopGroup(threads, new Factory())
        : new NioEventLoopGroup(threads, new Factory());
  }

  static void giveBack() {
    synchronized (LOCK) {
      clients--;
      EventLoopGroup group = shared;
      if (clients == 0 && group != null) {
        shared = null;
        // Behind what they do now.
        var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      }
    }
  }

  /** What channels on these threads must be. */
  static Class<? extends SocketChannel> channelType() {
    return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Whether the caller is on one of them, and so must not wait for what any of them does. */
  static boolean isOne() {
    return Thread.currentThread() instanceof NetworkThread;
  }

  /**
   * Stands before whatever waits for an answer.
   *
   * @param waiting the class of the method, for people
   * @throws IllegalStateException if the caller is on one of them, and would perhaps wait for
   *     itself
   */
  static void requireMayWait(String waiting) {
    if (isOne()) {
      throw new IllegalStateException(
          "a waiting method of "
              + waiting
              + " was called by a stage that runs on a client's own thread: give the stage an"
              + " executor (thenApplyAsync), or use what returns futures");
    }
  }

  private static final class NetworkThread extends FastThreadLocalThread {
    NetworkThread(ThreadGroup group, Runnable work, String name) {
      super(group, work, name);
    }
  }

  private static final class Factory extends DefaultThreadFactory {
    Factory() {
      super("relaykv-client", true);
    }

    @Override
    protected Thread newThread(Runnable work, String name) {
      return new NetworkThread(threadGroup, work, name);
    }
  }
}
