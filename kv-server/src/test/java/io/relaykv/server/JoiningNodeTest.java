package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RaiseFeatureLevel;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.NodeDirectory.Stage;
import io.relaykv.statemachine.levels.FeatureLevels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with an empty data directory that waits until it is added to a cluster. */
@Timeout(60)
class JoiningNodeTest {
  private final List<Integer> ends = new CopyOnWriteArrayList<>();
  private final List<String> fatals = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;
  private NodeSettings settings;
  private KvNode node;
  private FakePeer leader;
  private ManagedChannel admin;

  @BeforeEach
  void start() throws IOException {
    settings = NodeSettings.in(directory);
    NodeDirectory.makeToJoin(settings.config());
    node =
        KvNode.start(
            settings.config(),
            new FatalHandler() {
              @Override
              public void fatal(String what, Throwable cause) {
                fatals.add(what);
              }

              @Override
              public void end(int exitCode) {
                ends.add(exitCode);
              }
            });
    leader = FakePeer.inPlainText(settings.peerPort(), "n2");
    admin =
        NettyChannelBuilder.forAddress("127.0.0.1", settings.clientPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    leader.close();
    admin.shutdownNow();
    node.close();
    assertThat(fatals).isEmpty();
  }

  @Test
  void neverStandsForElection() {
    await("ten election timeouts")
        .during(Duration.ofSeconds(4))
        .atMost(Duration.ofSeconds(10))
        .until(() -> status().getTerm() == 0 && status().getRole() == StatusResponse.Role.JOINING);
  }

  @Test
  void isWelcomedByALeaderThatIsAddingIt() throws IOException {
    assertThat(leader.sendsHeartbeat(true).getCode()).isEqualTo(Status.Code.OK);
    assertThat(NodeDirectory.open(settings.config()).stage()).isEqualTo(Stage.WELCOMED);

    assertThat(leader.sendsHeartbeat(false).getCode()).isEqualTo(Status.Code.OK);
    assertThat(ends).isEmpty();
  }

  @Test
  void endsWhenALeaderTakesItForAMemberAsItsDataMustBeLost() throws IOException {
    assertThat(leader.sendsHeartbeat(false).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    await("its end").until(() -> ends.equals(List.of(ExitCodes.DATA_REFUSED)));
    assertThat(NodeDirectory.open(settings.config()).stage()).isEqualTo(Stage.WAITING);
    assertThat(status().getTerm()).isZero();
  }

  /** It must not be made a member for what it has written to its log and cannot apply. */
  @Test
  void endsBeforeItTakesEntriesThatItsVersionCannotRead() {
    assertThat(leader.sendsHeartbeat(true).getCode()).isEqualTo(Status.Code.OK);
    int tooHigh = FeatureLevels.supported() + 1;

    assertThat(leader.appends(raisesTo(1), raisesTo(tooHigh)).getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);

    await("its end").until(() -> ends.equals(List.of(ExitCodes.DATA_REFUSED)));
    assertThat(status().getLastLogIndex()).isZero();
    assertThat(status().getFeatureLevel()).isEqualTo(FeatureLevels.FIRST);
  }

  @Test
  void takesEntriesOfTheLevelThatItsVersionSupports() {
    assertThat(leader.sendsHeartbeat(true).getCode()).isEqualTo(Status.Code.OK);

    assertThat(leader.appends(raisesTo(1), raisesTo(FeatureLevels.supported())).getCode())
        .isEqualTo(Status.Code.OK);

    await("both to be applied").until(() -> status().getAppliedIndex() == 1);
    assertThat(ends).isEmpty();
  }

  private static Command raisesTo(int level) {
    return Command.newBuilder()
        .setRaiseFeatureLevel(RaiseFeatureLevel.newBuilder().setLevel(level))
        .build();
  }

  @Test
  void takesNoSnapshotBeforeItIsWelcomed() {
    assertThat(leader.installsSnapshot().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status().getTerm()).isZero();
    assertThat(ends).isEmpty();
  }

  /** The leader that was adding it is lost before it could say that it has. */
  @Test
  void votesForWhoeverTakesItForAMemberButStandsOnlyWhenItIsOne() throws IOException {
    // Takes connections and says nothing: who is refused at once is a candidate for a moment only.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        FakePeer candidate = FakePeer.inPlainText(settings.peerPort(), "n3")) {
      String others = "127.0.0.1:" + silent.getLocalPort();
      leader.appendsMembers(true, 1, 0, others, "n2", "n3");
      await("its vote").until(candidate::isVotedFor);

      await("some election timeouts")
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> status().getTerm() == FakePeer.HUGE_TERM && ends.isEmpty());

      Status appended =
          candidate.appendsMembers(false, FakePeer.HUGE_TERM, 1, others, "n1", "n2", "n3");
      assertThat(appended.getCode()).isEqualTo(Status.Code.OK);
      await("it to stand for election")
          .until(() -> status().getRole() == StatusResponse.Role.CANDIDATE);
      await("its election to go on")
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> fatals.isEmpty() && ends.isEmpty());
    }
  }

  private StatusResponse status() {
    return AdminGrpc.newBlockingStub(admin)
        .withInterceptors(TestKeys.showing(TestKeys.ADMIN.reveal()))
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance());
  }
}
