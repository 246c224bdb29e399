package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.server.raft.RaftSeams;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P2: a leader that is cut off from the others, but not from its clients, must not serve
 * what the others have overwritten. It does not know that it has been deposed.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class IsolatedLeaderIT {
  private static final int ROUNDS = Integer.getInteger("relaykv.stale-reads.rounds", 4);

  /** In which the bug has shown itself each time it was tried; half as many were enough. */
  private static final int ROUNDS_WITH_THE_BUG = 40;

  /** A leader that has lost its majority steps down after the longer time; others stand earlier. */
  private static final Map<String, String> LATE_TO_STEP_DOWN =
      Map.of("raft.election-timeout-min", "300ms", "raft.election-timeout-max", "1500ms");

  private static final String OLD = "\"old\"";

  @Test
  void itServesNothingThatIsOld(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.inProcess(3, directory, LATE_TO_STEP_DOWN);
        KvClient client = cluster.newClient()) {
      for (int round = 1; round <= ROUNDS; round++) {
        assertThat(staleReads(cluster, client, "k" + round))
            .as(
                "reads of the old value that began after the new one was acknowledged, round %d",
                round)
            .isZero();
      }
    }
  }

  @Test
  void thisTestFindsTheStaleReadsOfRatisOwnOption(@TempDir Path directory) {
    RaftSeams bug = RatisReads.INSTEAD_OF_THE_LEASE;
    try (KvCluster cluster = KvCluster.inProcess(3, directory, LATE_TO_STEP_DOWN, bug);
        KvClient client = cluster.newClient()) {
      long stale = 0;
      int round = 0;
      while (stale == 0 && round < ROUNDS_WITH_THE_BUG) {
        round++;
        stale = staleReads(cluster, client, "k" + round);
      }
      assertThat(stale).as("stale reads after %d rounds", round).isPositive();
    }
  }

  private static long staleReads(KvCluster cluster, KvClient client, String key) {
    client.put(key, "old");
    String deposed = cluster.awaitLeader();
    try (PinnedReads reads = new PinnedReads(cluster, deposed, key)) {
      await("reads from the leader").until(() -> reads.returned(OLD) >= 5);
      cluster.isolate(deposed);
      long acknowledged = EagerPut.put(cluster, othersThan(cluster, deposed), key, "\"new\"");
      await("reads that begin after the put")
          .atMost(Duration.ofSeconds(20))
          .until(() -> reads.begunSince(acknowledged) >= 300);
      return reads.returnedSince(acknowledged, OLD);
    } finally {
      cluster.heal();
      cluster.awaitLevel();
    }
  }

  private static List<String> othersThan(KvCluster cluster, String node) {
    return cluster.nodeIds().stream().filter(id -> !id.equals(node)).toList();
  }
}
