package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.server.access.Caller;
import io.relaykv.server.access.KeyCheck;
import io.relaykv.server.access.PresentedKey;
import io.relaykv.server.access.Refusals;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.LiveStore;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The data path: one stream for each client. */
final class KvService extends KvGrpc.KvImplBase {
  private final String nodeId;
  private final RaftNode raft;
  private final DiskGuard disk;
  private final LiveStore store;
  private final Executor getExecutor;
  private final FairExecutor listings;
  private final Executor later;
  private final KeyCheck keys;
  private final Refusals refusals;
  private final Consumer<SocketAddress> authenticated;
  private final BiConsumer<String, Throwable> storeFailed;
  private final OperationMetrics operations;
  private final Set<KvStream> streams = ConcurrentHashMap.newKeySet();

  KvService(
      String nodeId,
      RaftNode raft,
      DiskGuard disk,
      LiveStore store,
      Executor getExecutor,
      FairExecutor listings,
      KeyCheck keys,
      Refusals refusals,
      Consumer<SocketAddress> authenticated,
      BiConsumer<String, Throwable> storeFailed,
      MetricScope metrics) {
    this.nodeId = nodeId;
    this.raft = raft;
    this.disk = disk;
    this.store = store;
    this.getExecutor = getExecutor;
    this.listings = listings;
    this.later =
        CompletableFuture.delayedExecutor(
            StreamAccess.PAUSE_MS, TimeUnit.MILLISECONDS, getExecutor);
    this.keys = keys;
    this.refusals = refusals;
    this.authenticated = authenticated;
    this.storeFailed = storeFailed;
    this.operations = new OperationMetrics(metrics, nodeId);
    metrics.gauge("relaykv_client_port_streams", streams::size);
  }

  @Override
  public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> responses) {
    ServerCallStreamObserver<ServerFrame> out = (ServerCallStreamObserver<ServerFrame>) responses;
    ReplyQueue replies = new ReplyQueue(out, this::leader);
    Caller caller = Caller.CONTEXT.get();
    StreamAccess access =
        new StreamAccess(
            caller,
            PresentedKey.CONTEXT.get(),
            keys,
            refusals,
            () -> authenticated.accept(caller.remote()),
            later);
    StoreReader reader = new StoreReader(access, disk, store, storeFailed);
    ReadQueue reads =
        new ReadQueue(
            raft::barrier,
            reader::answer,
            out,
            replies,
            operations,
            getExecutor,
            task -> listings.of(access.accountId()).execute(task));
    KvStream stream =
        new KvStream(access, out, disk, raft.writes(), reads, replies, operations, streams::remove);
    out.disableAutoRequest();
    out.setOnReadyHandler(stream::onReady);
    out.setOnCancelHandler(() -> streams.remove(stream));
    out.setOnCloseHandler(() -> streams.remove(stream));
    streams.add(stream);
    Welcome welcome = Welcome.newBuilder().setClusterId(raft.clusterId()).setNodeId(nodeId).build();
    stream.begin(new Greeting(out, welcome, this::leader), raft::barrier, getExecutor);
    return stream;
  }

  /** Tells every client who leads now. */
  void leaderChanged() {
    streams.forEach(KvStream::tellLeader);
  }

  /** The leader as this node knows it; itself only when it may serve. */
  private Leader leader() {
    return Leaders.known(raft, nodeId);
  }
}
