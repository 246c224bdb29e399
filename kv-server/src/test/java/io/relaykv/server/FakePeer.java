package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.relaykv.protocol.log.Command;
import io.relaykv.server.raft.ClusterIds;
import io.relaykv.server.tls.TestCertificates.Issued;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.util.InsecureTrustManagerFactory;

/** Somebody who speaks Ratis' protocol to the node n1 of the cluster "test". */
final class FakePeer implements AutoCloseable {
  static final long HUGE_TERM = 1_000_000_000;

  private final ManagedChannel channel;
  private final RaftRpcRequestProto.Builder claims;

  private FakePeer(NettyChannelBuilder channel, String id) {
    this.channel = channel.build();
    this.claims =
        RaftRpcRequestProto.newBuilder()
            .setRequestorId(ByteString.copyFromUtf8(id))
            .setReplyId(ByteString.copyFromUtf8("n1"))
            .setRaftGroupId(group("test"))
            .setCallId(1);
  }

  /** Claims to be {@code id}, and shows a certificate, whatever the server asks for. */
  static FakePeer withCertificate(int port, Issued certificate, String id) throws IOException {
    AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    keys.updateIdentityCredentials(
        new X509Certificate[] {certificate.certificate()}, certificate.key());
    SslContextBuilder tls =
        GrpcSslContexts.forClient()
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .keyManager(keys);
    return new FakePeer(
        NettyChannelBuilder.forAddress("127.0.0.1", port).sslContext(tls.build()), id);
  }

  static FakePeer inPlainText(int port, String id) {
    return new FakePeer(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext(), id);
  }

  private static RaftGroupIdProto group(String clusterName) {
    return RaftGroupIdProto.newBuilder()
        .setId(RaftGroupId.valueOf(ClusterIds.of(clusterName)).toByteString())
        .build();
  }

  FakePeer meaningNode(String id) {
    claims.setReplyId(ByteString.copyFromUtf8(id));
    return this;
  }

  FakePeer meaningCluster(String name) {
    claims.setRaftGroupId(group(name));
    return this;
  }

  ManagedChannel channel() {
    return channel;
  }

  Status requestsVote() {
    return unary(stub -> stub.requestVote(vote()));
  }

  /**
   * Whether the answer to its request for a vote is that it shall stop; not if there is no answer,
   * as the node has promised somebody not to vote yet.
   */
  boolean isToldToStop() {
    try {
      return RaftServerProtocolServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .requestVote(vote())
          .getShouldShutdown();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      return false;
    }
  }

  /** Whether the node answers its request for a vote at all. */
  boolean isAnsweredForItsVote() {
    return requestsVote().isOk();
  }

  /** Whether the node votes for it. */
  boolean isVotedFor() {
    try {
      return RaftServerProtocolServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .requestVote(vote())
          .getServerReply()
          .getSuccess();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private RequestVoteRequestProto vote() {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(claims)
        .setCandidateTerm(HUGE_TERM)
        .setCandidateLastEntry(TermIndexProto.newBuilder().setTerm(HUGE_TERM).setIndex(HUGE_TERM))
        .build();
  }

  Status startsElection() {
    return unary(
        stub ->
            stub.startLeaderElection(
                StartLeaderElectionRequestProto.newBuilder()
                    .setServerRequest(claims)
                    .setLeaderLastEntry(TermIndexProto.newBuilder().setTerm(HUGE_TERM).setIndex(-1))
                    .build()));
  }

  Status readsIndex() {
    return unary(
        stub ->
            stub.readIndex(ReadIndexRequestProto.newBuilder().setServerRequest(claims).build()));
  }

  private Status unary(
      Function<RaftServerProtocolServiceGrpc.RaftServerProtocolServiceBlockingStub, ?> call) {
    try {
      var unused =
          call.apply(
              RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(10, TimeUnit.SECONDS));
      return Status.OK;
    } catch (RuntimeException e) {
      return Status.fromThrowable(e);
    }
  }

  /** Sends the commands as the first entries, and says that they are committed. */
  Status appends(Command... commands) {
    AppendEntriesRequestProto.Builder append =
        AppendEntriesRequestProto.newBuilder()
            .setLeaderTerm(1)
            .setLeaderCommit(commands.length - 1);
    for (int index = 0; index < commands.length; index++) {
      append.addEntries(
          LogEntryProto.newBuilder()
              .setTerm(1)
              .setIndex(index)
              .setStateMachineLogEntry(
                  StateMachineLogEntryProto.newBuilder()
                      .setType(StateMachineLogEntryProto.Type.WRITE)
                      .setClientId(ClientId.randomId().toByteString())
                      .setLogData(ByteString.copyFrom(commands[index].toByteArray()))));
    }
    return append(append);
  }

  /** Sends a heartbeat, as to a node that is being added, or to a member. */
  Status sendsHeartbeat(boolean initializing) {
    return append(
        AppendEntriesRequestProto.newBuilder().setLeaderTerm(1).setInitializing(initializing));
  }

  /**
   * Sends, as to a node that is being added or to a member, who the members are; all of them are
   * said to be at one address.
   */
  Status appendsMembers(
      boolean initializing, long term, long index, String address, String... ids) {
    RaftConfigurationProto.Builder members = RaftConfigurationProto.newBuilder();
    for (String id : ids) {
      members.addPeers(
          RaftPeerProto.newBuilder()
              .setId(ByteString.copyFromUtf8(id))
              .setAddress(address)
              .setStartupRole(RaftPeerRole.FOLLOWER));
    }
    AppendEntriesRequestProto.Builder append =
        AppendEntriesRequestProto.newBuilder()
            .setLeaderTerm(term)
            .setLeaderCommit(index)
            .setInitializing(initializing)
            .addEntries(
                LogEntryProto.newBuilder()
                    .setTerm(term)
                    .setIndex(index)
                    .setConfigurationEntry(members));
    if (index > 0) {
      append.setPreviousLog(TermIndexProto.newBuilder().setTerm(1).setIndex(index - 1));
    }
    return append(append);
  }

  /** Sends two entries; OK once they have been answered. */
  Status appendsTwo() {
    return append(
        AppendEntriesRequestProto.newBuilder()
            .setLeaderTerm(HUGE_TERM)
            .addEntries(entry(0))
            .addEntries(entry(1)));
  }

  private Status append(AppendEntriesRequestProto.Builder append) {
    Answer<AppendEntriesReplyProto> answer = new Answer<>();
    StreamObserver<AppendEntriesRequestProto> requests =
        RaftServerProtocolServiceGrpc.newStub(channel)
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .appendEntries(answer);
    requests.onNext(append.setServerRequest(claims).build());
    return answer.await();
  }

  /** One that means nothing to a state machine. */
  private static LogEntryProto entry(long index) {
    return LogEntryProto.newBuilder()
        .setTerm(HUGE_TERM)
        .setIndex(index)
        .setMetadataEntry(MetadataProto.getDefaultInstance())
        .build();
  }

  Status installsSnapshot() {
    return installsSnapshot(HUGE_TERM);
  }

  Status installsSnapshot(long term) {
    Answer<InstallSnapshotReplyProto> answer = new Answer<>();
    StreamObserver<InstallSnapshotRequestProto> requests =
        RaftServerProtocolServiceGrpc.newStub(channel)
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .installSnapshot(answer);
    requests.onNext(
        InstallSnapshotRequestProto.newBuilder()
            .setServerRequest(claims)
            .setLeaderTerm(term)
            .build());
    return answer.await();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class Answer<P> implements StreamObserver<P> {
    private final CompletableFuture<Status> status = new CompletableFuture<>();

    @Override
    public void onNext(P reply) {
      status.complete(Status.OK);
    }

    @Override
    public void onError(Throwable cause) {
      status.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
      status.complete(Status.OK);
    }

    Status await() {
      return status.orTimeout(15, TimeUnit.SECONDS).join();
    }
  }
}
