package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.Welcome;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.LiveStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** The data path: one stream for each client. */
final class KvService extends KvGrpc.KvImplBase {
  private final String nodeId;
  private final RaftNode raft;
  private final LiveStore store;
  private final Executor readExecutor;
  private final BiConsumer<String, Throwable> storeFailed;
  private final Set<KvStream> streams = ConcurrentHashMap.newKeySet();

  KvService(
      String nodeId,
      RaftNode raft,
      LiveStore store,
      Executor readExecutor,
      BiConsumer<String, Throwable> storeFailed) {
    this.nodeId = nodeId;
    this.raft = raft;
    this.store = store;
    this.readExecutor = readExecutor;
    this.storeFailed = storeFailed;
  }

  @Override
  public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> responses) {
    ServerCallStreamObserver<ServerFrame> out = (ServerCallStreamObserver<ServerFrame>) responses;
    Account account = Account.BUILT_IN;
    ReplyQueue replies = new ReplyQueue(out, this::leader);
    StoreReader reader = new StoreReader(account, store, storeFailed);
    ReadQueue reads =
        new ReadQueue(raft.lease()::barrier, reader::answer, out, replies, readExecutor);
    KvStream stream = new KvStream(account, out, raft.writes(), reads, replies, streams::remove);
    out.disableAutoRequest();
    out.setOnReadyHandler(stream::onReady);
    out.setOnCancelHandler(() -> streams.remove(stream));
    out.setOnCloseHandler(() -> streams.remove(stream));
    out.onNext(
        ServerFrame.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setClusterId(raft.clusterId())
                    .setNodeId(nodeId)
                    .setAccountId(account.id()))
            .setLeader(leader())
            .build());
    streams.add(stream);
    out.request(1);
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
