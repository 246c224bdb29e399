package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.NodeCheck.Hashed;
import io.relaykv.client.NodeCheck.NoResult;
import io.relaykv.client.NodeCheck.Pending;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.StatusResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/** What an operator is told of a replica check, as of log entry 50. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VerifyTest {
  private static final String NOBODY = "127.0.0.1:1";
  private static final String DIGEST = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);

  private static KvAdmin admin(Duration timeout, String... nodes) {
    return KvAdmin.builder()
        .nodes(nodes)
        .apiKey(TestKeys.ADMIN_KEY)
        .requestTimeout(timeout)
        .build();
  }

  private static UnaryOperator<StatusResponse.Builder> hashed(String digest) {
    return progress(50, 1000, digest);
  }

  private static UnaryOperator<StatusResponse.Builder> progress(
      long index, long bytes, String digest) {
    return status ->
        status
            .setAppliedIndex(60)
            .setCheck(
                CheckProgress.newBuilder()
                    .setIndex(index)
                    .setHashedBytes(bytes)
                    .setDigest(ByteString.fromHex(digest)));
  }

  @Test
  void everyNodeIsToldOf() {
    try (ScriptedNode leader = ScriptedNode.start("n1").sayingOfItself(hashed(DIGEST));
        ScriptedNode same = ScriptedNode.start("n2").sayingOfItself(hashed(DIGEST));
        ScriptedNode differs = ScriptedNode.start("n3").sayingOfItself(hashed(OTHER));
        ScriptedNode restarted =
            ScriptedNode.start("n4").sayingOfItself(status -> status.setAppliedIndex(50));
        ScriptedNode overtaken = ScriptedNode.start("n5").sayingOfItself(progress(55, 1000, ""));
        KvAdmin admin =
            admin(
                Duration.ofSeconds(5),
                leader.address(),
                same.address(),
                differs.address(),
                restarted.address(),
                overtaken.address(),
                NOBODY)) {
      ReplicaCheck check = admin.verify(known -> {});
      assertThat(check.index()).isEqualTo(50);
      assertThat(check.nodes())
          .extracting(NodeCheck::name)
          .containsExactly(NOBODY, "n1", "n2", "n3", "n4", "n5");
      assertThat(check.nodes().get(0)).isInstanceOf(NodeCheck.Unreachable.class);
      assertThat(check.nodes())
          .contains(
              new Hashed("n1", leader.address(), DIGEST),
              new Hashed("n3", differs.address(), OTHER),
              new NoResult(
                  "n4",
                  restarted.address(),
                  "it was restarted meanwhile, or got a snapshot from the leader"),
              new NoResult("n5", overtaken.address(), "a newer check has taken its place"));
      assertThat(check.differing()).containsExactly(new Hashed("n3", differs.address(), OTHER));
      assertThat(check.agrees()).isFalse();
    }
  }

  @Test
  void theLastCheckIsToldWithoutBeginningOne() {
    try (ScriptedNode leader = ScriptedNode.start("n1").sayingOfItself(progress(77, 9, DIGEST));
        ScriptedNode older = ScriptedNode.start("n2").sayingOfItself(progress(44, 9, OTHER));
        KvAdmin admin = admin(Duration.ofSeconds(5), leader.address(), older.address())) {
      ReplicaCheck check = admin.lastCheck();
      assertThat(check.index()).isEqualTo(77);
      assertThat(check.nodes())
          .containsExactly(
              new Hashed("n1", leader.address(), DIGEST),
              new Pending("n2", older.address(), 17, 0));
    }
    try (ScriptedNode leader = ScriptedNode.start("n1");
        KvAdmin admin = admin(Duration.ofSeconds(5), leader.address(), NOBODY)) {
      assertThat(admin.lastCheck()).isEqualTo(new ReplicaCheck(0, List.of()));
    }
  }

  @Test
  void aNodesClockIsToldAsItDiffersFromOurs() {
    long anHour = Duration.ofHours(1).toMillis();
    try (ScriptedNode ahead =
            ScriptedNode.start("n1")
                .sayingOfItself(status -> status.setClockMs(System.currentTimeMillis() + anHour));
        ScriptedNode older = ScriptedNode.start("n2");
        KvAdmin admin = admin(Duration.ofSeconds(5), ahead.address(), older.address())) {
      List<NodeStatus.Up> nodes = admin.status().up();
      assertThat(nodes.get(0).clockAhead().orElseThrow())
          .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
      assertThat(nodes.get(1).clockAhead()).isEmpty();
    }
  }

  @Test
  @Execution(CONCURRENT)
  void nodesAreWaitedForWhileTheyComeOn() {
    // Longer in all than the patience with a node that does not come on.
    AtomicInteger looked = new AtomicInteger();
    Supplier<ReplicaCheck> look =
        () -> {
          int time = looked.incrementAndGet();
          NodeCheck slow =
              time < 25
                  ? new Pending("n2", "b", Math.max(0, 10 - time), 100L * Math.max(0, time - 10))
                  : new Hashed("n2", "b", DIGEST);
          return new ReplicaCheck(50, List.of(new Hashed("n1", "a", DIGEST), slow));
        };
    List<ReplicaCheck> told = new ArrayList<>();
    ReplicaCheck check = new CheckWait(Duration.ofMillis(1500), look, told::add).result();
    assertThat(check.agrees()).isTrue();
    assertThat(looked).hasValue(25);
    assertThat(told)
        .isNotEmpty()
        .allSatisfy(known -> assertThat(known.pending()).extracting(Pending::name).contains("n2"));
  }

  @Test
  @Execution(CONCURRENT)
  void aNodeThatDoesNotComeOnIsNotWaitedForForEver() {
    try (ScriptedNode leader = ScriptedNode.start("n1").sayingOfItself(hashed(DIGEST));
        ScriptedNode behind =
            ScriptedNode.start("n2").sayingOfItself(status -> status.setAppliedIndex(43));
        ScriptedNode stuck = ScriptedNode.start("n3").sayingOfItself(progress(50, 700, ""));
        KvAdmin admin =
            admin(Duration.ofSeconds(3), leader.address(), behind.address(), stuck.address())) {
      ReplicaCheck check = admin.verify(known -> {});
      assertThat(check.pending())
          .containsExactly(
              new Pending("n2", behind.address(), 7, 0),
              new Pending("n3", stuck.address(), 0, 700));
      assertThat(check.agrees()).isFalse();
      assertThat(check.differs()).isFalse();
    }
  }

  @Test
  void aNodeThatIsKnownByTwoAddressesCountsOnce() {
    try (ScriptedNode node = ScriptedNode.start("n1").sayingOfItself(hashed(DIGEST));
        KvAdmin admin = admin(Duration.ofSeconds(5), node.address(), "localhost:" + node.port())) {
      assertThat(admin.verify(known -> {}).nodes()).hasSize(1);
    }
  }

  @Test
  void withoutALeaderNoCheckIsStarted() {
    try (ScriptedNode follower =
            ScriptedNode.start("n1")
                .onAdminCalls(
                    ScriptedNode.ends(
                        Code.FAILED_PRECONDITION, "knows no leader", "relaykv-node", "n1"));
        KvAdmin admin = admin(Duration.ofMillis(400), follower.address())) {
      assertThatThrownBy(() -> admin.verify(known -> {}))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("start a check");
    }
  }

  @Test
  void aMajorityIsOfTheNodesThatHaveAResult() {
    assertThat(check(DIGEST, DIGEST, OTHER).majorityDigest()).contains(DIGEST);
    assertThat(check(DIGEST, OTHER).majorityDigest()).isEmpty();
    assertThat(check(DIGEST, OTHER).differing()).isEmpty();
    assertThat(check(DIGEST, OTHER).differs()).isTrue();
    assertThat(check(DIGEST, DIGEST, OTHER, OTHER).majorityDigest()).isEmpty();
    assertThat(check(DIGEST).agrees()).isTrue();
    assertThat(check().agrees()).isFalse();
    assertThat(check().majorityDigest()).isEmpty();
  }

  private static ReplicaCheck check(String... digests) {
    return new ReplicaCheck(
        1, Arrays.stream(digests).<NodeCheck>map(digest -> new Hashed("n", "a", digest)).toList());
  }
}
