package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.grpc.Status.Code;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.JoinProgress;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvException;
import io.relaykv.client.NewApiKey;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.v1.CreateApiKeyRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an operator's call finds the leader, and how it ends. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdminCallsTest {
  private static final String NOBODY = "127.0.0.1:1";

  private static KvAdmin admin(Duration timeout, String... nodes) {
    return KvAdmin.builder()
        .nodes(nodes)
        .apiKey(TestKeys.ADMIN_KEY)
        .requestTimeout(timeout)
        .build();
  }

  private static KvAdmin admin(ScriptedNode... nodes) {
    return admin(
        Duration.ofSeconds(5),
        List.of(nodes).stream().map(ScriptedNode::address).toArray(String[]::new));
  }

  private static ScriptedNode.AdminPart follows(String leader) {
    return ends(
        Code.FAILED_PRECONDITION,
        "n2 does not lead",
        "relaykv-node",
        "n2",
        "relaykv-leader",
        leader);
  }

  @Test
  void theTrailerOfAFollowerLeadsToTheLeader() {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        ScriptedNode follower = ScriptedNode.start("n2").onAdminCalls(follows(leader.address()));
        KvAdmin admin = admin(follower)) {
      assertThat(admin.createAccount("shop", 0).id()).isEqualTo(7);
      assertThat(leader.adminRequests()).hasSize(1);
      assertThat(leader.authorizations()).containsExactly("Bearer " + TestKeys.ADMIN_KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NOBODY, "not an address", "bad host:7400", "under_score:7400", ":1"})
  void aLeaderThatIsNotThereIsNotTheEnd(String named) {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        ScriptedNode follower = ScriptedNode.start("n2").onAdminCalls(follows(named));
        KvAdmin admin = admin(follower, leader)) {
      for (int i = 0; i < 4; i++) {
        admin.createAccount("shop", 0);
      }
      assertThat(leader.adminRequests()).hasSize(4);
    }
  }

  @Test
  void aNodeThatIsDownIsPassedOver() {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        KvAdmin admin = admin(Duration.ofSeconds(5), NOBODY, leader.address(), "127.0.0.1:2")) {
      for (int i = 0; i < 6; i++) {
        admin.createAccount("shop", 0);
      }
      assertThat(leader.adminRequests()).hasSize(6);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aNodeThatTakesConnectionsAndIsSilentIsPassedOver() throws IOException {
    try (ServerSocket paused = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ScriptedNode leader = ScriptedNode.start("n1");
        KvAdmin admin =
            admin(Duration.ofSeconds(10), "127.0.0.1:" + paused.getLocalPort(), leader.address())) {
      for (int i = 0; i < 3; i++) {
        admin.createAccount("shop", 0);
      }
      assertThat(leader.adminRequests()).hasSize(3);
    }
  }

  @Test
  void whatANodeCertainlyDidNotCarryOutIsMadeAgainElsewhere() {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        ScriptedNode stopping =
            ScriptedNode.start("n2")
                .onAdminCalls(ends(Code.UNAVAILABLE, "stopping", "relaykv-node", "n2"));
        KvAdmin admin = admin(leader, stopping)) {
      for (int i = 0; i < 4; i++) {
        admin.createAccount("shop", 0);
      }
      assertThat(leader.adminRequests()).hasSize(4);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void withoutALeaderNothingIsChangedAndEveryNodeIsNamed() {
    try (ScriptedNode one =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    ends(Code.FAILED_PRECONDITION, "knows no leader", "relaykv-node", "n1"));
        KvAdmin admin = admin(Duration.ofSeconds(2), one.address(), NOBODY)) {
      long start = System.nanoTime();
      UnavailableException failure =
          catchThrowableOfType(UnavailableException.class, () -> admin.createAccount("shop", 0));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(failure.reason()).startsWith("create account shop: no leader took it within");
      assertThat(failure.attempts())
          .containsExactlyInAnyOrder(
              new NodeFailure(one.address(), "knows no leader"),
              new NodeFailure(NOBODY, "connection refused"));
      // 20 ms and doubling, not as fast as it can.
      assertThat(one.adminRequests()).hasSizeBetween(2, 15);
    }
  }

  /** However soon it was refused: cut short, the next try could leave open what became of it. */
  @Test
  void withHardlyAnyTimeLeftNoCallIsMadeAgain() {
    try (ScriptedNode follower =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    ends(Code.FAILED_PRECONDITION, "knows no leader", "relaykv-node", "n1"));
        KvAdmin warm = admin(Duration.ofSeconds(1), follower.address());
        KvAdmin admin = admin(Duration.ofMillis(99), follower.address())) {
      assertThatThrownBy(warm::accounts).isInstanceOf(UnavailableException.class);
      int before = follower.adminRequests().size();
      assertThat(before).as("with time left").isGreaterThan(1);
      assertThatThrownBy(admin::accounts).isInstanceOf(UnavailableException.class);
      assertThat(follower.adminRequests().size() - before).isLessThanOrEqualTo(1);
    }
  }

  /** Which only a call that was never sent can end with: there is nobody to send it to. */
  @Test
  void aDeadlineThatPassesBeforeThereIsAConnectionLeavesNothingUnknown() throws IOException {
    try (ServerSocket paused = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        KvAdmin admin = admin(Duration.ofMillis(300), "127.0.0.1:" + paused.getLocalPort())) {
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(UnavailableException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE,''", // gRPC's own word for a connection that broke
    "UNKNOWN,n1",
    "CANCELLED,''",
    "INTERNAL,''",
    "DEADLINE_EXCEEDED,''"
  })
  void whatMayHaveBeenCarriedOutIsNotMadeAgain(Code code, String node) {
    ScriptedNode.AdminPart part =
        node.isEmpty() ? ends(code, "oops") : ends(code, "oops", "relaykv-node", node);
    try (ScriptedNode one = ScriptedNode.start("n1").onAdminCalls(part);
        ScriptedNode two = ScriptedNode.start("n2").onAdminCalls(part);
        KvAdmin admin = admin(one, two)) {
      OutcomeUnknownException failure =
          catchThrowableOfType(OutcomeUnknownException.class, () -> admin.createAccount("shop", 0));
      assertThat(failure.outcome()).isEqualTo(KvException.Outcome.UNKNOWN);
      assertThat(one.adminRequests().size() + two.adminRequests().size()).isEqualTo(1);
      assertThatThrownBy(admin::accounts).isInstanceOf(UnavailableException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"UNAVAILABLE,''", "UNKNOWN,n1", "CANCELLED,''"})
  void aChangeOfMembersIsMadeAgainWhenItsAnswerIsLost(Code code, String node) {
    ScriptedNode.AdminPart part =
        node.isEmpty() ? ends(code, "oops") : ends(code, "oops", "relaykv-node", node);
    try (ScriptedNode dying = ScriptedNode.start("n1").onAdminCalls(part);
        ScriptedNode leader = ScriptedNode.start("n2");
        KvAdmin admin = admin(dying, leader)) {
      for (int i = 0; i < 4; i++) {
        assertThat(admin.removeMember("n9")).isTrue();
      }
      assertThat(leader.adminRequests()).hasSize(4);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aChangeOfMembersThatNobodyAnswersMayHaveBeenMade() {
    try (ScriptedNode dying =
            ScriptedNode.start("n1").onAdminCalls(ends(Code.UNAVAILABLE, "oops"));
        KvAdmin admin = admin(Duration.ofSeconds(2), dying.address())) {
      assertThatThrownBy(() -> admin.removeMember("n9"))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThat(dying.adminRequests()).hasSizeBetween(2, 15);
    }
  }

  /** What refuses it may be the first try, which goes on. */
  @Test
  void aRefusalAfterALostAnswerIsNotTakenForTheAnswer() {
    AtomicInteger calls = new AtomicInteger();
    ScriptedNode.AdminPart lost = ends(Code.UNAVAILABLE, "oops");
    ScriptedNode.AdminPart refused =
        ends(Code.ABORTED, "one change at a time", "relaykv-node", "n1");
    try (ScriptedNode leader =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    (to, serve) ->
                        (calls.incrementAndGet() == 1 ? lost : refused).onCall(to, serve));
        KvAdmin admin = admin(leader)) {
      assertThatThrownBy(() -> admin.removeMember("n9"))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageStartingWith(
              "remove member n9: no answer came, and the second try was refused (one change at a time); it may have been carried out");
      assertThatThrownBy(() -> admin.removeMember("n9")).isInstanceOf(RefusedException.class);
    }
  }

  @Test
  void tellsHowFarANodeIsThatIsBeingAdded() {
    List<JoinProgress> told = new CopyOnWriteArrayList<>();
    try (ScriptedNode leader = ScriptedNode.start("n1");
        KvAdmin admin = admin(Duration.ofMillis(100), leader.address())) {
      assertThat(admin.addMember("n4", "kv4:7400", "kv4:7401", Duration.ofSeconds(5), told::add))
          .isTrue();
      assertThat(told).containsExactly(new JoinProgress(JoinProgress.Phase.CATCHING_UP, 12));
    }
  }

  @Test
  void whatTheStateOfTheClusterForbidsIsRefused() {
    try (ScriptedNode leader =
            ScriptedNode.start("n1").onAdminCalls(ends(Code.ABORTED, "n2 is down"));
        KvAdmin admin = admin(leader)) {
      assertThatThrownBy(() -> admin.removeMember("n9"))
          .isInstanceOf(RefusedException.class)
          .hasMessage("n2 is down");
      assertThat(leader.adminRequests()).hasSize(1);
    }
  }

  /** gRPC says RESOURCE_EXHAUSTED then, as a node does whose limits are reached. */
  @Test
  void aCallThatIsResetForTooMuchTrafficLeavesTheOutcomeUnknown() {
    try (ResettingNode resetting = new ResettingNode(Http2Error.ENHANCE_YOUR_CALM);
        KvAdmin admin = admin(Duration.ofSeconds(5), resetting.address())) {
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("RESOURCE_EXHAUSTED");
    }
  }

  @Test
  void aConnectionThatBreaksInMidCallLeavesTheOutcomeUnknown() {
    ScriptedNode dying = ScriptedNode.start("n1").onAdminCalls((to, serve) -> {});
    try (KvAdmin admin = admin(Duration.ofMinutes(1), dying.address())) {
      CompletableFuture<?> create =
          CompletableFuture.runAsync(() -> admin.createAccount("shop", 0));
      await("the call").until(() -> dying.adminRequests().size() == 1);
      dying.close();
      assertThatThrownBy(create::join).cause().isInstanceOf(OutcomeUnknownException.class);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void theDeadlineHoldsForACallThatIsNotAnswered() {
    try (ScriptedNode silent = ScriptedNode.start("n1").onAdminCalls((to, serve) -> {});
        KvAdmin admin = admin(Duration.ofSeconds(2), silent.address())) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("no answer in time");
      assertThatThrownBy(admin::accounts).isInstanceOf(UnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(3_500), Duration.ofSeconds(20));
    }
  }

  @Test
  void theClustersWordsDecideWhatKindOfFailureItIs() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvAdmin admin = admin(node)) {
      node.onAdminCalls(ends(Code.ALREADY_EXISTS, "there is an account shop"));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(RefusedException.class)
          .hasMessage("there is an account shop");
      node.onAdminCalls(ends(Code.RESOURCE_EXHAUSTED, "10,000 accounts"));
      assertThatThrownBy(() -> admin.createAccount("shop", 0)).isInstanceOf(RefusedException.class);
      node.onAdminCalls(ends(Code.NOT_FOUND, "no such account"));
      assertThatThrownBy(admin::accounts).isInstanceOf(RefusedException.class);
      node.onAdminCalls(ends(Code.INVALID_ARGUMENT, "no rights"));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage("no rights");
      node.onAdminCalls(ends(Code.UNAUTHENTICATED, "the API key is not valid"));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(NotAllowedException.class)
          .hasMessage("the API key is not valid");
      assertThatThrownBy(admin::status).isInstanceOf(NotAllowedException.class);
      assertThat(node.adminRequests()).as("nothing was made again").hasSize(6);
    }
  }

  @Test
  void aClosedClientFailsAtOnceAndLeavesNothingUnknown() {
    KvAdmin admin = admin(Duration.ofMinutes(1), NOBODY);
    admin.close();
    admin.close();
    assertThatThrownBy(() -> admin.createAccount("shop", 0))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("the client is closed; nothing was changed");
    assertThatThrownBy(admin::accounts).isInstanceOf(UnavailableException.class);
  }

  @Test
  void closingEndsACallThatIsUnderWay() {
    try (ScriptedNode silent = ScriptedNode.start("n1").onAdminCalls((to, serve) -> {})) {
      KvAdmin admin = admin(Duration.ofMinutes(1), silent.address());
      CompletableFuture<?> create =
          CompletableFuture.runAsync(() -> admin.createAccount("shop", 0));
      await("the call").until(() -> silent.adminRequests().size() == 1);
      admin.close();
      assertThatThrownBy(create::join)
          .cause()
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("the client is closed");
    }
  }

  @Test
  void closingLeavesUnknownWhatWouldBeAskedAgain() {
    try (ScriptedNode silent = ScriptedNode.start("n1").onAdminCalls((to, serve) -> {})) {
      KvAdmin admin = admin(Duration.ofMinutes(1), silent.address());
      CompletableFuture<?> remove = CompletableFuture.runAsync(() -> admin.removeMember("n9"));
      await("the call").until(() -> silent.adminRequests().size() == 1);
      admin.close();
      assertThatThrownBy(remove::join).cause().isInstanceOf(OutcomeUnknownException.class);
    }
  }

  @Test
  void theClusterIsSentNoMoreThanTheHashOfASecret() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvAdmin admin = admin(node)) {
      Set<ApiKeyRight> read = Set.of(ApiKeyRight.READ);
      NewApiKey created = admin.createApiKey("shop", read, Optional.empty(), "till 3");
      ApiKeyText text = ApiKeyText.parse(created.reveal());
      assertThat(text.id()).isEqualTo("18");
      CreateApiKeyRequest sent = (CreateApiKeyRequest) node.adminRequests().get(0);
      assertThat(sent.getSecretSha256().toByteArray()).isEqualTo(text.secretSha256());
      assertThat(created).hasToString("rk_18_(secret)");
      assertThat(admin.createApiKey("shop", read, Optional.empty(), "").reveal())
          .isNotEqualTo(created.reveal());
    }
  }

  @Test
  void breachesOfRulesAreNotSent() {
    Set<ApiKeyRight> read = Set.of(ApiKeyRight.READ);
    try (KvAdmin admin = admin(Duration.ofSeconds(5), NOBODY)) {
      List<Runnable> breaches =
          List.of(
              () -> admin.createAccount("Shop", 0),
              () -> admin.createAccount("shop", -1),
              () -> admin.deleteAccount(""),
              () -> admin.createApiKey("shop", Set.of(), Optional.empty(), ""),
              () -> admin.createApiKey("shop", read, Optional.empty(), "\u00e9"),
              () -> admin.createApiKey("shop", read, Optional.of(Instant.EPOCH), ""),
              () -> admin.createApiKey("shop", read, Optional.of(Instant.MIN), ""),
              () -> admin.createApiKey("shop", read, Optional.of(Instant.MAX), ""));
      assertThat(breaches)
          .allSatisfy(
              breach ->
                  assertThatThrownBy(breach::run).isInstanceOf(InvalidRequestException.class));
    }
  }

  @Test
  void aListMayBeLongerThanAFrame() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvAdmin admin = admin(node)) {
      assertThat(admin.apiKeys()).hasSize(100_000);
    }
  }

  @Test
  void theKeyIsNotSentInPlainTextWhereALeaderIsSaidToBe() {
    try (ScriptedNode follower =
            ScriptedNode.start("n2")
                .onAdminCalls(follows("192.0.2.1:7400"))
                .knowingMembers("192.0.2.1:7400", "not an address");
        KvAdmin admin = admin(Duration.ofMillis(400), follower.address())) {
      assertThatThrownBy(admin::accounts)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("192.0.2.1:7400: leads, but would be sent the key in plain text");
      follower.onAdminCalls((to, serve) -> serve.run());
      assertThat(admin.status().nodes())
          .filteredOn(NodeStatus.Unreachable.class::isInstance)
          .map(node -> ((NodeStatus.Unreachable) node).cause())
          .anyMatch(cause -> cause.contains("plain text"))
          .anyMatch(cause -> cause.contains("no node address"));
    }
  }

  @Test
  void statusOfNodesThatRefuseTheKey() {
    try (ScriptedNode node =
            ScriptedNode.start("n1").onAdminCalls(ends(Code.UNAUTHENTICATED, "not valid"));
        KvAdmin admin = admin(Duration.ofSeconds(5), node.address(), NOBODY)) {
      assertThatThrownBy(admin::status)
          .isInstanceOf(NotAllowedException.class)
          .hasMessageContaining("not valid")
          .hasMessageContaining(NOBODY + ": connection refused");
    }
  }
}
