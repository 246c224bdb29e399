package io.relaykv.server.api;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.LiveStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The port for applications and operators, with everything that answers there. */
public final class ClientPort implements AutoCloseable {
  /** Reads that had to wait for a barrier, and listings, leave the network threads. */
  private static final int READ_THREADS = 2;

  private static final int MAX_METADATA_BYTES = 8 << 10;
  private static final int MAX_STREAMS_PER_CONNECTION = 100;
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private final ExecutorService readExecutor;
  private final KvService kv;
  private final Server server;

  private ClientPort(ExecutorService readExecutor, KvService kv, Server server) {
    this.readExecutor = readExecutor;
    this.kv = kv;
    this.server = server;
  }

  /**
   * Begins to serve at {@code address}.
   *
   * @param protection puts TLS on the port
   * @param storeFailed told when the store cannot be read; must not block
   * @throws IOException if the address cannot be had
   */
  public static ClientPort open(
      InetSocketAddress address,
      UnaryOperator<NettyServerBuilder> protection,
      String nodeId,
      RaftNode raft,
      LiveStore store,
      Supplier<StatusResponse> status,
      BiConsumer<String, Throwable> storeFailed)
      throws IOException {
    AtomicInteger threads = new AtomicInteger();
    ExecutorService readExecutor =
        Executors.newFixedThreadPool(
            READ_THREADS,
            task -> {
              Thread thread = new Thread(task, nodeId + "-read-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    KvService kv = new KvService(nodeId, raft, store, readExecutor, storeFailed);
    Server server =
        protection
            .apply(NettyServerBuilder.forAddress(address))
            // Handlers never block: they hand over to the writer or to the read threads.
            .directExecutor()
            .addService(kv)
            .addService(new AdminService(status))
            .maxInboundMessageSize(Limits.MAX_FRAME_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      readExecutor.shutdown();
      throw e;
    }
    return new ClientPort(readExecutor, kv, server);
  }

  /** Tells every connected client who leads now. */
  public void leaderChanged() {
    kv.leaderChanged();
  }

  /** Takes no more streams, lets those that are open end for {@code grace}, then ends them. */
  public void close(Duration grace) {
    server.shutdown();
    try {
      if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
    readExecutor.shutdown();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
