package io.relaykv.server.api;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.relaykv.server.access.Neighbourhood;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the pipeline of a listening socket and meets every connection as it is accepted, before
 * TLS and before a byte of it is read. Closes those that are too many, and later those that have
 * not shown in time who they are: whatever else they did or left undone meanwhile.
 *
 * <p>Confined to the one thread that accepts, but for {@link #authenticated} and the counts.
 */
final class ConnectionGate extends ChannelInboundHandlerAdapter {
  /** How often overdue connections are looked for, as a part of the time that they have. */
  private static final int LOOKS_PER_TIMEOUT = 20;

  private final int maxConnections;
  private final int maxPerAddress;
  private final Duration timeout;
  private final ConnectionMetrics metrics;

  private final AtomicInteger open = new AtomicInteger();
  private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
  private final Map<SocketAddress, Connection> byRemote = new ConcurrentHashMap<>();

  /** In the order of their deadlines; also some that are closed or authenticated by now. */
  private final Queue<Connection> undecided = new ArrayDeque<>();

  private @Nullable Future<?> looking;

  private static final class Connection {
    private final Channel channel;
    private final long deadlineNanos;
    private volatile boolean authenticated;

    Connection(Channel channel, long deadlineNanos) {
      this.channel = channel;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /**
   * @param timeout how long a connection may stay open before {@link #authenticated}
   */
  ConnectionGate(
      int maxConnections, int maxPerAddress, Duration timeout, ConnectionMetrics metrics) {
    this.maxConnections = maxConnections;
    this.maxPerAddress = maxPerAddress;
    this.timeout = timeout;
    this.metrics = metrics;
    metrics.countsOpen(open::get);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    long periodNanos = timeout.toNanos() / LOOKS_PER_TIMEOUT;
    looking =
        context
            .executor()
            .scheduleAtFixedRate(
                this::closeOverdue, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Future<?> running = looking;
    if (running != null) {
      running.cancel(false);
    }
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel channel = (Channel) accepted;
    // It has no address if it is gone again.
    if (channel.remoteAddress() instanceof InetSocketAddress remote && admit(channel, remote)) {
      context.fireChannelRead(channel);
    } else {
      metrics.refused();
      // A reset: the thousands that a flood brings must not linger in the kernel.
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().closeForcibly();
    }
  }

  private boolean admit(Channel channel, InetSocketAddress remote) {
    InetAddress address = Neighbourhood.of(remote.getAddress());
    if (open.get() >= maxConnections || openByAddress.getOrDefault(address, 0) >= maxPerAddress) {
      return false;
    }
    open.incrementAndGet();
    openByAddress.merge(address, 1, Integer::sum);
    Connection connection = new Connection(channel, System.nanoTime() + timeout.toNanos());
    byRemote.put(remote, connection);
    undecided.add(connection);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              byRemote.remove(remote, connection);
              openByAddress.computeIfPresent(address, (key, n) -> n == 1 ? null : n - 1);
              open.decrementAndGet();
            });
    return true;
  }

  /** The connection from {@code remote} has shown who it is and may stay. Thread-safe. */
  void authenticated(SocketAddress remote) {
    Connection connection = byRemote.get(remote);
    if (connection != null) {
      connection.authenticated = true;
    }
  }

  private void closeOverdue() {
    long now = System.nanoTime();
    for (Connection first = undecided.peek();
        first != null && first.deadlineNanos - now <= 0;
        first = undecided.peek()) {
      undecided.remove();
      if (!first.authenticated && first.channel.isOpen()) {
        metrics.timedOut();
        close(first.channel);
      }
    }
  }

  /** Past the handlers, which would say goodbye and wait for an answer first. */
  private static void close(Channel channel) {
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
  }
}
