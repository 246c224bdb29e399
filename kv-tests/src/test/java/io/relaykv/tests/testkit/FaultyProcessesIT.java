package io.relaykv.tests.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.testkit.FaultCounts;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.LogFault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each verb that puts a fault in has its effect on real processes, and its proof. */
@Tag("fault")
@Tag("thorough")
class FaultyProcessesIT {
  private static final int HALTED = 70;
  private static final Duration LONG = Duration.ofMillis(600);

  private static KvCluster cluster;
  private static KvClient client;

  private String leader = "";
  private List<String> followers = List.of();

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster =
        KvCluster.processesWithFaults(
            3,
            directory,
            Map.of("raft.election-timeout-min", "1s", "raft.election-timeout-max", "2s"));
    client = cluster.newClient(Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  @BeforeEach
  void know() {
    leader = cluster.awaitLeader();
    followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
  }

  @AfterEach
  void mend() {
    cluster.mend();
  }

  @Test
  void aLinkThatIsCutOneWayKeepsEntriesFromAFollower() {
    String away = followers.get(0);
    cluster.links().cutOneWay(leader, away);
    long cutBefore = cluster.faultsOf(away).cutMessages();
    long applied = applied(away);

    client.put("cut", 1);

    awaitCount(away, FaultCounts::cutMessages, cutBefore + 1);
    assertThat(applied(away)).isEqualTo(applied);
    cluster.links().heal(leader, away);
    cluster.awaitLevel();
  }

  @Test
  void aLeaderThatIsIsolatedIsSucceededAndServesNobody() {
    cluster.isolate(leader);
    String next = cluster.awaitLeaderOtherThan(leader);
    client.put("isolated", 2);
    try (KvClient pinned = clientOf(leader, Duration.ofSeconds(1))) {
      assertThatExceptionOfType(KvException.class).isThrownBy(() -> pinned.get("isolated"));
    }
    assertThat(cluster.faultsOf(next).cutMessages()).isPositive();
  }

  @Test
  void aLeaderThatIsHeardByNobodyIsSucceeded() {
    cluster.isolateOutbound(leader);
    cluster.awaitLeaderOtherThan(leader);
    assertThat(cluster.faultsOf(leader).cutMessages())
        .as("its own answers, to those who stand for election")
        .isPositive();
  }

  @Test
  void aFollowerThatHearsNobodyGetsNoEntriesAndDeposesNobody() {
    String deaf = followers.get(0);
    cluster.isolateInbound(deaf);
    long applied = applied(deaf);
    client.put("inbound", 1);
    awaitCount(deaf, FaultCounts::cutMessages, cluster.faultsOf(deaf).cutMessages() + 1);
    assertThat(applied(deaf)).isEqualTo(applied);
    assertThat(cluster.awaitLeader()).isEqualTo(leader);
  }

  @Test
  void slowLinksMakeAPutLate() {
    followers.forEach(to -> cluster.links().delay(leader, to, LONG, Duration.ofMillis(10)));
    assertThat(timeOfAPut()).isGreaterThanOrEqualTo(LONG);
    assertThat(cluster.faultsOf(followers.get(0)).delayedMessages()).isPositive();
    cluster.heal();
    awaitQuickPuts();
  }

  @Test
  void lossyLinksLosePacketsAndAllGetsThroughInTheEnd() {
    cluster.links().seed(1);
    followers.forEach(to -> cluster.links().lossy(leader, to, 0.3));
    for (int i = 0; i < 20; i++) {
      client.put("lossy", i);
    }
    assertThat(cluster.faultsOf(followers.get(0)).lostPackets()).isPositive();
    assertThat(client.get("lossy")).hasValue(KvValue.of(19));
  }

  @Test
  void aNodeThatIsCutOffFromClientsServesNoneOfThemAndStaysTheLeader() {
    long term = term();
    try (KvClient pinned = clientOf(leader, Duration.ofSeconds(2))) {
      pinned.put("clients", 1);
      cluster.isolateFromClients(leader);
      assertThatExceptionOfType(KvException.class)
          .isThrownBy(() -> pinned.put("clients", 2))
          .isInstanceOfAny(UnavailableException.class, OutcomeUnknownException.class);
      assertThat(cluster.faultsOf(leader).refusedClientCalls()).isPositive();
      assertThat(cluster.status().up()).extracting(NodeStatus::name).doesNotContain(leader);

      cluster.heal();
      await("the client to come back")
          .ignoreException(UnavailableException.class)
          .until(() -> pinned.get("clients").isPresent());
    }
    assertThat(cluster.awaitLeader()).isEqualTo(leader);
    assertThat(term()).as("the term").isEqualTo(term);
  }

  @Test
  void aSlowDiskOfTheMajorityMakesAPutLate() {
    followers.forEach(id -> cluster.slowFsync(id, LONG));
    assertThat(timeOfAPut()).isGreaterThanOrEqualTo(LONG);
    assertThat(cluster.faultsOf(followers.get(0)).delayedFsyncs()).isPositive();
    followers.forEach(cluster::mendLog);
    awaitQuickPuts();
  }

  @Test
  void aLogWithoutRoomEndsTheNodeWhichTellsBefore() {
    String full = followers.get(0);
    cluster.failLog(full, LogFault.NO_SPACE);
    client.put("full", 1);
    assertThat(cluster.awaitEnd(full)).isEqualTo(HALTED);
    assertThat(cluster.faultsOf(full).failedWrites()).isPositive();
    assertThat(cluster.outputOf(full)).contains("No space left on device");
  }

  @Test
  void aClockThatJumpsMakesAnApiKeyExpire() {
    String key;
    try (KvAdmin admin = cluster.newAdmin()) {
      key =
          admin
              .createApiKey(
                  KvCluster.ACCOUNT,
                  EnumSet.of(ApiKeyRight.READ),
                  Optional.of(Instant.now().plus(Duration.ofMinutes(30))),
                  "")
              .reveal();
    }
    assertThat(mayRead(key)).isTrue();
    cluster.jumpClock(leader, Duration.ofHours(1));
    assertThat(mayRead(key)).isFalse();
    assertThat(cluster.faultsOf(leader).shiftedClockReads()).isPositive();
    cluster.jumpClock(leader, Duration.ZERO);
    assertThat(mayRead(key)).isTrue();
  }

  @Test
  void aNodeThatIsPausedOrDeadHoldsUpNoVerbAndGetsAllFaultsWhenItIsBack() {
    String paused = followers.get(0);
    String dead = followers.get(1);
    cluster.pause(paused);
    cluster.kill(dead);
    cluster.links().cut(leader, paused);
    cluster.links().cut(leader, dead);
    cluster.resume(paused);
    cluster.start(dead);
    awaitCount(paused, FaultCounts::cutMessages, 1);
    awaitCount(dead, FaultCounts::cutMessages, 1);
  }

  private static boolean mayRead(String key) {
    try (KvClient reader = cluster.newClient(key)) {
      reader.get("any");
      return true;
    } catch (KvException e) {
      return false;
    }
  }

  private static KvClient clientOf(String id, Duration timeout) {
    return KvClient.builder()
        .nodes(cluster.addressOf(id))
        .apiKey(cluster.apiKey())
        .requestTimeout(timeout)
        .build();
  }

  private static void awaitCount(String id, ToLongFunction<FaultCounts> count, long atLeast) {
    await("faults at " + id)
        .atMost(Duration.ofSeconds(20))
        .until(() -> count.applyAsLong(cluster.faultsOf(id)) >= atLeast);
  }

  private static Duration timeOfAPut() {
    long start = System.nanoTime();
    client.put("timed", 1);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void awaitQuickPuts() {
    await("puts to be quick again").until(() -> timeOfAPut().compareTo(LONG.dividedBy(2)) < 0);
  }

  private static long applied(String id) {
    return up(id).appliedIndex();
  }

  private static NodeStatus.Up up(String id) {
    return cluster.status().up().stream()
        .filter(node -> node.name().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static long term() {
    return cluster.status().up().stream().mapToLong(NodeStatus.Up::term).max().orElseThrow();
  }
}
