package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftClientRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.SetConfigurationRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftClientProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who reaches the peer port can do there with Ratis' own protocols. */
@Timeout(60)
class PeerPortTest {
  private static KvNode node;
  private static ManagedChannel channel;
  private static int port;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    NodeSettings settings = NodeSettings.in(directory);
    NodeDirectory.bootstrap(settings.config());
    node =
        KvNode.start(
            settings.config(),
            (what, cause) -> {
              throw new AssertionError(what, cause);
            });
    port = settings.peerPort();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    node.close();
  }

  @Test
  void nobodyChangesTheMembership() {
    AdminProtocolServiceGrpc.AdminProtocolServiceBlockingStub admin =
        AdminProtocolServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);

    assertUnimplemented(
        () -> admin.setConfiguration(SetConfigurationRequestProto.getDefaultInstance()));
    assertUnimplemented(() -> admin.groupList(GroupListRequestProto.getDefaultInstance()));
  }

  @Test
  void nobodyWritesToTheLog() {
    CompletableFuture<RaftClientReplyProto> reply = new CompletableFuture<>();
    StreamObserver<RaftClientRequestProto> requests =
        RaftClientProtocolServiceGrpc.newStub(channel)
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .unordered(
                new StreamObserver<>() {
                  @Override
                  public void onNext(RaftClientReplyProto value) {
                    reply.complete(value);
                  }

                  @Override
                  public void onError(Throwable cause) {
                    reply.completeExceptionally(cause);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(RaftClientRequestProto.getDefaultInstance());

    assertThat(reply)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refusal ->
                assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void theNodesThemselvesGetThrough() {
    StatusRuntimeException answer =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .requestVote(RequestVoteRequestProto.getDefaultInstance()));

    assertThat(answer.getStatus().getCode())
        .as("Ratis itself refuses this vote, which names no group")
        .isNotIn(Status.Code.UNIMPLEMENTED, Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE);
  }

  /** Ratis would refuse the snapshot, and take the members that come with it. */
  @Test
  void noSnapshotOfAnEarlierTermReachesRatis() {
    await("a leader").until(() -> node.term() > 0);
    try (FakePeer deposed = FakePeer.inPlainText(port, "n2")) {
      Status answer = deposed.installsSnapshot(node.term() - 1);

      assertThat(answer.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(answer.getDescription())
          .isEqualTo("a caller sends a snapshot although it leads no more");
    }
  }

  private static void assertUnimplemented(Runnable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(refusal.getStatus().getDescription()).isEqualTo("not served on the peer port");
  }
}
