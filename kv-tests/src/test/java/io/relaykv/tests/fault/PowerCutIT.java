package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P1: what was acknowledged is on the disks of a majority, and power cuts leave it there.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class PowerCutIT {
  private static final int CUTS = 2;
  private static final int DATA_REFUSED = 3;

  /** So that there is always something that is not on the disk yet. */
  private static final Duration SLOW = Duration.ofMillis(20);

  private static final Map<String, String> SETTINGS =
      Map.of("raft.election-timeout-min", "500ms", "raft.election-timeout-max", "1s");

  @Test
  void nothingAcknowledgedIsLostWhenThePowerOfAllNodesIsCut(@TempDir Path directory)
      throws InterruptedException {
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, SETTINGS);
        Ledger ledger = new Ledger(cluster)) {
      cluster.nodeIds().forEach(id -> cluster.slowFsync(id, SLOW));
      for (int i = 0; i < CUTS; i++) {
        ledger.awaitMore(30);
        cluster.cutPowerOfAll();
        Set<Integer> acknowledged = ledger.acknowledged();
        cluster.startAll();
        assertHolds(acknowledged, cluster);
      }
      ledger.finish();
      cluster.awaitLevel();
    }
  }

  /** The nodes find it out themselves: not even the first bytes of their logs are there. */
  @Test
  void aPowerCutTakesAllThatWasAcknowledgedIfFsyncDoesNothing(@TempDir Path directory) {
    ProcessOptions bug = new ProcessOptions(0, List.of("-Drelaykv.testkit.skip-fsync=true"));
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, SETTINGS, bug);
        KvClient client = cluster.newClient()) {
      client.put("acknowledged", 1);
      assertThat(cluster.faultsOf(cluster.awaitLeader()).skippedFsyncs()).isPositive();
      cluster.cutPowerOfAll();
      cluster.startAll();
      assertThat(cluster.nodeIds()).extracting(cluster::awaitEnd).containsOnly(DATA_REFUSED);
    }
  }

  private static void assertHolds(Set<Integer> acknowledged, KvCluster cluster) {
    assertThat(acknowledged).isNotEmpty();
    cluster.awaitServing();
    try (KvClient reader = cluster.newClient(Duration.ofSeconds(30))) {
      Ledger.assertThere(acknowledged, reader);
    }
  }
}
