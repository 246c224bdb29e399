package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.KvClient;
import io.relaykv.testkit.FaultCounts;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.LogFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Promise P6: a node whose log fails halts, and has acknowledged nothing that is not on its disk.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class FailingLogIT {
  private static final int HALTED = 70;

  private static KvCluster cluster;
  private static Ledger ledger;

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster =
        KvCluster.processesWithFaults(
            3,
            directory,
            Map.of("raft.election-timeout-min", "500ms", "raft.election-timeout-max", "1s"));
    ledger = new Ledger(cluster);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    try {
      cluster.startAll();
      ledger.finish();
      cluster.awaitLevel();
      assertHolds(ledger.acknowledged());
    } finally {
      ledger.close();
      cluster.close();
    }
  }

  @Test
  void anotherLeadsWhenTheLogOfTheLeaderFails() {
    cluster.startAll();
    awaitAllTakePart();
    String leader = cluster.awaitLeader();
    cluster.failLog(leader, LogFault.FSYNC);
    assertThat(cluster.awaitEnd(leader)).isEqualTo(HALTED);
    cluster.awaitLeaderOtherThan(leader);
    ledger.awaitMore(100);
    cluster.mendLog(leader);
    cluster.start(leader);
    awaitAllTakePart();
  }

  private static void awaitAllTakePart() {
    await("all nodes to follow a leader")
        .atMost(Duration.ofSeconds(30))
        .until(() -> cluster.status().health() == Health.HEALTHY);
  }

  /**
   * Two nodes run, so that each of them is needed for an acknowledgement. The log of one fails, and
   * then the other is killed: what was acknowledged must be on the disk that has failed, as it is
   * in none of the third node's.
   */
  @ParameterizedTest
  @CsvSource({"true, WRITE_ONCE", "true, FSYNC_ONCE", "false, WRITE", "false, FSYNC_ONCE"})
  void whatWasAcknowledgedIsOnTheDiskThatFailed(boolean ofLeader, LogFault fault) {
    String away = leaveOneAway();
    String leader = cluster.awaitLeader();
    String other = nodeThat(id -> !id.equals(leader) && !id.equals(away));
    String failing = ofLeader ? leader : other;
    ledger.awaitMore(100);

    cluster.failLog(failing, fault);
    assertThat(cluster.awaitEnd(failing)).isEqualTo(HALTED);
    FaultCounts struck = cluster.faultsOf(failing);
    assertThat(struck.failedWrites() + struck.failedFsyncs()).isPositive();
    cluster.kill(ofLeader ? other : leader);
    Set<Integer> acknowledged = ledger.newlyAcknowledged();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(100);

    cluster.mendLog(failing);
    cluster.start(failing);
    cluster.start(away);
    assertHolds(acknowledged);
  }

  /** The one that is away already, if there is one. */
  private static String leaveOneAway() {
    String away =
        cluster.nodeIds().stream()
            .filter(id -> !cluster.isRunning(id))
            .findFirst()
            .orElseGet(() -> nodeThat(id -> !id.equals(cluster.awaitLeader())));
    cluster.kill(away);
    return away;
  }

  private static String nodeThat(Predicate<String> is) {
    return cluster.nodeIds().stream().filter(is).findFirst().orElseThrow();
  }

  private static void assertHolds(Set<Integer> acknowledged) {
    cluster.awaitServing();
    try (KvClient reader = cluster.newClient(Duration.ofSeconds(30))) {
      Ledger.assertThere(acknowledged, reader);
    }
  }
}
