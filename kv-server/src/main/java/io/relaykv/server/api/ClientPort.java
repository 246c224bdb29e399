package io.relaykv.server.api;

import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.access.AdminKeys;
import io.relaykv.server.access.AuditLog;
import io.relaykv.server.access.Door;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.log.NodeLog;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.KvStateMachine;
import java.io.IOException;
import java.time.Clock;
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
  /** Gets that had to wait for a barrier, or are many, leave the network threads. */
  private static final int GET_THREADS = 2;

  /** Listings have threads of their own, or one client's would hold up everybody's gets. */
  private static final int LISTING_THREADS = 2;

  private final ClientNetwork network;
  private final ExecutorService getExecutor;
  private final ExecutorService listingExecutor;
  private final BackupStreams backups;
  private final KvService kv;
  private final Server server;

  private ClientPort(
      ClientNetwork network,
      ExecutorService getExecutor,
      ExecutorService listingExecutor,
      BackupStreams backups,
      KvService kv,
      Server server) {
    this.network = network;
    this.getExecutor = getExecutor;
    this.listingExecutor = listingExecutor;
    this.backups = backups;
    this.kv = kv;
    this.server = server;
  }

  /**
   * Begins to serve at the address of the configuration.
   *
   * @param protection puts TLS on the port
   * @param storeFailed told when the store cannot be read; must not block
   * @param metrics what is counted goes there
   * @param before stands before the door; passes everything on but for tests
   * @throws IOException if the address cannot be had
   */
  public static ClientPort open(
      NodeConfig config,
      UnaryOperator<NettyServerBuilder> protection,
      RaftNode raft,
      KvStateMachine state,
      DiskGuard disk,
      Refusals refusals,
      AuditLog audit,
      Supplier<StatusResponse> status,
      BiConsumer<String, Throwable> storeFailed,
      MetricScope metrics,
      ServerInterceptor before)
      throws IOException {
    String nodeId = config.nodeId();
    ExecutorService getExecutor = newThreads(GET_THREADS, nodeId + "-read-");
    ExecutorService listingExecutor = newThreads(LISTING_THREADS, nodeId + "-list-");
    ClientNetwork network =
        new ClientNetwork(
            nodeId, config.limits().connections(), config.limits().connectionsPerAddress());
    Clock clock = Clock.systemUTC();
    KvService kv =
        new KvService(
            nodeId,
            raft,
            disk,
            state.live(),
            getExecutor,
            new FairExecutor(listingExecutor),
            new KeyCheck(state::access, clock),
            refusals,
            network::authenticated,
            storeFailed,
            metrics);
    BackupStreams backups =
        new BackupStreams(
            nodeId,
            state.live(),
            raft::barrier,
            () ->
                BackupHeader.newBuilder()
                    .setClusterId(raft.clusterId())
                    .setClusterName(config.cluster().name())
                    .setNodeId(nodeId),
            storeFailed,
            clock,
            BackupStreams.PATIENCE,
            new BackupMetrics(metrics));
    AdminService admin =
        new AdminService(
            new AdminCalls(
                nodeId,
                raft::barrier,
                new RoomCheck(disk, raft::barrier, raft::propose)::propose,
                () -> Leaders.known(raft, nodeId),
                audit,
                getExecutor),
            new AccountViews(state::access, state.live()),
            raft.membership(),
            () -> MemberViews.all(raft, nodeId),
            status,
            NodeLog::change,
            backups,
            clock);
    AdminKeys adminKeys = new AdminKeys(config.access().adminKeySha256());
    Server server =
        protection
            .apply(network.newServer(config.listen().client().socketAddress()))
            // Handlers never block: they hand over to the writer or to the read threads.
            .directExecutor()
            .addService(kv)
            .addService(admin)
            .intercept(new Door(adminKeys, refusals, network::authenticated))
            // gRPC asks the last one first.
            .intercept(before)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      getExecutor.shutdown();
      listingExecutor.shutdown();
      backups.close();
      network.close();
      throw e;
    }
    return new ClientPort(network, getExecutor, listingExecutor, backups, kv, server);
  }

  private static ExecutorService newThreads(int count, String namePrefix) {
    AtomicInteger threads = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, namePrefix + threads.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
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
    getExecutor.shutdown();
    listingExecutor.shutdown();
    backups.close();
    network.close();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
