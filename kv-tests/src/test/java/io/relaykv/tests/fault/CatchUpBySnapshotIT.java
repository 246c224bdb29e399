package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that was away for longer than the log reaches back gets a snapshot. */
@Tag("fault")
@Tag("thorough")
class CatchUpBySnapshotIT {
  private static final Map<String, String> SNAPSHOT_OFTEN =
      Map.of(
          "snapshot.trigger-entries", "200",
          "raft.purge-margin-entries", "10",
          "raft.log-segment-size", "1MiB");

  @Test
  void aLaggingNodeIsBroughtLevelAndThenLeads(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processes(3, directory, SNAPSHOT_OFTEN);
        KvClient client = cluster.newClient()) {
      client.put("deleted-while-away", 1);
      // So that each node has a snapshot of its own with that key.
      for (int i = 0; i < 250; i++) {
        client.put("before/" + i, i);
      }
      cluster.awaitLevel();
      String leader = cluster.awaitLeader();
      String away =
          cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
      cluster.kill(away);
      client.delete("deleted-while-away");
      String big = "x".repeat(20_000);
      for (int round = 0; round < 12; round++) {
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          // One at a time, so that each is an entry of its own.
          client.put("small/" + i, round);
        }
        for (int i = 0; i < 50; i++) {
          puts.add(client.async().put("big/" + i, io.relaykv.client.KvValue.of(big + round)));
        }
        puts.forEach(CompletableFuture::join);
      }
      long appliedByOthers =
          cluster.status().up().stream().mapToLong(NodeStatus.Up::appliedIndex).max().orElseThrow();

      for (String other : cluster.nodeIds()) {
        if (!other.equals(away)) {
          assertThat(NodeDisk.of(cluster, other).firstLogIndex())
              .as("%s does not keep its log for a dead node, but for the margin", other)
              .isBetween(appliedByOthers / 3, appliedByOthers - 10);
        }
      }

      cluster.start(away);
      cluster.awaitLevel();

      NodeStatus.Up caughtUp =
          cluster.status().up().stream()
              .filter(node -> node.name().equals(away))
              .findFirst()
              .orElseThrow();
      assertThat(caughtUp.appliedIndex()).isGreaterThanOrEqualTo(appliedByOthers);
      assertThat(NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader()).isTrue();

      // Its copy is all that is read from now on.
      for (String other : cluster.nodeIds()) {
        if (!other.equals(away) && cluster.status().leader().orElseThrow().name().equals(other)) {
          cluster.stop(other);
        }
      }
      assertThat(client.get("deleted-while-away")).isEmpty();
      assertThat(client.get("small/99")).hasValue(io.relaykv.client.KvValue.of(11));
      assertThat(client.get("big/49")).hasValue(io.relaykv.client.KvValue.of(big + 11));
    }
  }

  @Test
  void aNodeThatWasAwayForLessThanTheMarginNeedsNone(@TempDir Path directory) {
    Map<String, String> settings =
        Map.of(
            "snapshot.trigger-entries", "20",
            "raft.purge-margin-entries", "100",
            "raft.log-segment-size", "1MiB");
    try (KvCluster cluster = KvCluster.inProcess(3, directory, settings);
        KvClient client = cluster.newClient()) {
      String leader = cluster.awaitLeader();
      String away =
          cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
      for (int i = 0; i < 200; i++) {
        client.put("k/" + i, "x".repeat(50_000));
      }
      cluster.awaitLevel();
      cluster.kill(away);
      for (int i = 0; i < 80; i++) {
        client.put("k/" + i, "y".repeat(50_000));
      }
      assertThat(NodeDisk.of(cluster, leader).firstLogIndex()).as("purged").isPositive();
      cluster.start(away);
      cluster.awaitLevel();
      assertThat(NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader()).isFalse();
    }
  }
}
