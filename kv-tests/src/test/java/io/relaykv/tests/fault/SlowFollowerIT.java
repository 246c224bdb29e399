package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A follower whose disk is too slow for the log: it is spared what is of no use, and is sent
 * snapshots while entries wait for its disk.
 */
@Tag("fault")
class SlowFollowerIT {
  private static final int ROUNDS = Integer.getInteger("relaykv.slow-follower.rounds", 2);

  private static final Map<String, String> SHORT_LOG =
      Map.of(
          "snapshot.trigger-log-bytes", "4MiB",
          "raft.log-segment-size", "1MiB",
          "raft.purge-margin-entries", "10");

  /** Ratis sends one for each entry while it may not send the entry. */
  @Test
  void itIsNotFloodedWithHeartbeats(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, Map.of());
        KvClient client = cluster.newClient()) {
      cluster.awaitLevel();
      String leader = cluster.awaitLeader();
      cluster.slowFsync(followerOf(leader, cluster), Duration.ofMillis(900));
      long before = heartbeats(cluster, leader);
      int puts = 500;
      long start = System.nanoTime();
      for (int i = 0; i < puts; i++) {
        client.put("k", KvValue.of(i));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      // What is due: at most one for each follower and tick of the lease.
      long due = 2 * (took.toMillis() / 100 + 1);
      assertThat(heartbeats(cluster, leader) - before)
          .isLessThan(Math.max(due, puts / 5))
          .isLessThan(puts);
      cluster.mendLog(followerOf(leader, cluster));
    }
  }

  private static long heartbeats(KvCluster cluster, String leader) throws Exception {
    return MetricsPages.sum(
        cluster, leader, "ratis_grpc_log_appender_num_requests_heartbeat_total");
  }

  private static String followerOf(String leader, KvCluster cluster) {
    return cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  @Test
  @Tag("thorough")
  void itIsLevelAgainSoonAfterItsDiskIsQuickAgain(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, SHORT_LOG);
        KvClient client = cluster.newClient(Duration.ofSeconds(60))) {
      String leader = cluster.awaitLeader();
      String slow = followerOf(leader, cluster);
      for (int round = 0; round < ROUNDS; round++) {
        cluster.slowFsync(slow, Duration.ofMillis(900));
        putMany(client);
        cluster.mendLog(slow);
        cluster.awaitLevel();
      }
      assertThat(cluster.outputOf(slow)).contains("has installed a snapshot from the leader");
    }
  }

  /** Some at a time, so that they are many entries, most of them small. */
  private static void putMany(KvClient client) {
    for (int i = 0; i < 300; i++) {
      List<CompletableFuture<?>> together = new ArrayList<>();
      together.add(client.async().put("big/" + i % 10, KvValue.of("x".repeat(40_000))));
      for (int small = 0; small < 5; small++) {
        together.add(client.async().put("small/" + small, KvValue.of(small)));
      }
      together.forEach(CompletableFuture::join);
    }
  }
}
