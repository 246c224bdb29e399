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
 * A follower whose disk is too slow for the log is sent snapshots while entries wait for its disk.
 */
@Tag("fault")
@Tag("thorough")
class SlowFollowerIT {
  private static final int ROUNDS = Integer.getInteger("relaykv.slow-follower.rounds", 2);

  private static final Map<String, String> SHORT_LOG =
      Map.of(
          "snapshot.trigger-log-bytes", "4MiB",
          "raft.log-segment-size", "1MiB",
          "raft.purge-margin-entries", "10");

  @Test
  void itIsLevelAgainSoonAfterItsDiskIsQuickAgain(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, SHORT_LOG);
        KvClient client = cluster.newClient(Duration.ofSeconds(60))) {
      String leader = cluster.awaitLeader();
      String slow =
          cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
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
