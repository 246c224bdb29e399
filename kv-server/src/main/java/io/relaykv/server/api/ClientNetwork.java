package io.relaykv.server.api;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.relaykv.protocol.Limits;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The network threads of the client port, and every limit there is on its connections. Raft has
 * threads of its own in its own copy of Netty: nothing that happens here delays a heartbeat.
 */
final class ClientNetwork implements AutoCloseable {
  /** For a TLS handshake: two round trips, on a busy machine. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** From being accepted to having shown an API key: clients do so as soon as they can. */
  private static final Duration AUTHENTICATION = Duration.ofSeconds(10);

  /**
   * A connection without a stream serves nobody. Clients have a stream for as long as they live.
   */
  private static final Duration IDLE = Duration.ofMinutes(5);

  /** A client that is gone without a word is noticed after this and 20 s. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  /** A client that pings more often is sent away. Ours does not. */
  private static final Duration FASTEST_PINGS = Duration.ofSeconds(10);

  /** An API key and what gRPC adds by itself have some hundred bytes. */
  private static final int MAX_METADATA_BYTES = 8 << 10;

  /** A client has one; an operator's tool a call besides. */
  private static final int MAX_STREAMS_PER_CONNECTION = 16;

  /** Streams begun to be reset at once are an attack (CVE-2023-44487); a client resets a few. */
  private static final int MAX_RESETS = 100;

  private static final int RESETS_WINDOW_SECONDS = 10;

  /**
   * Nothing compressed is taken: gRPC unpacks a bomb up to the limit of a frame, over and over, and
   * logs each.
   */
  private static final DecompressorRegistry NO_COMPRESSION =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  /** A client may send so much before it is read; half a frame keeps a fast network busy. */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final ConnectionMetrics metrics;
  private final ConnectionGate gate;

  /**
   * @param maxConnections in all
   * @param maxPerAddress of one remote address
   */
  ClientNetwork(String nodeId, int maxConnections, int maxPerAddress) {
    this(nodeId, maxConnections, maxPerAddress, AUTHENTICATION);
  }

  ClientNetwork(String nodeId, int maxConnections, int maxPerAddress, Duration authentication) {
    acceptor = newGroup(nodeId + "-client-accept", 1);
    // Netty's own choice: two for each processor.
    workers = newGroup(nodeId + "-client-io", 0);
    metrics = ConnectionMetrics.of(nodeId);
    gate = new ConnectionGate(maxConnections, maxPerAddress, authentication, metrics);
  }

  private static EventLoopGroup newGroup(String name, int threads) {
    ThreadFactory factory = new DefaultThreadFactory(name, true);
    return Epoll.isAvailable()
        ? new EpollEventLoopGroup(threads, factory)
        : new NioEventLoopGroup(threads, factory);
  }

  /** The builder of a server at {@code address}, with all limits set; for one server. */
  NettyServerBuilder newServer(SocketAddress address) {
    return NettyServerBuilder.forAddress(address)
        .channelFactory(this::newListener)
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(workers)
        .handshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS)
        .maxConnectionIdle(IDLE.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(FASTEST_PINGS.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxInboundMessageSize(Limits.MAX_FRAME_BYTES)
        .decompressorRegistry(NO_COMPRESSION)
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
        .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS)
        .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES);
  }

  private ServerChannel newListener() {
    ServerChannel listener =
        acceptor instanceof EpollEventLoopGroup
            ? new EpollServerSocketChannel()
            : new NioServerSocketChannel();
    // Before the handler that Netty adds, which begins to serve what it is given.
    listener.pipeline().addLast(gate);
    return listener;
  }

  /** Says that the connection from {@code remote} has shown who it is and may stay. */
  void authenticated(SocketAddress remote) {
    gate.authenticated(remote);
  }

  /** Ends the threads, behind the end of the server. */
  @Override
  public void close() {
    var unusedAcceptor = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var unusedWorkers = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    metrics.close();
  }
}
