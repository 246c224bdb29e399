package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots on their way to a node: broken off at either end, damaged, overtaken by newer ones. */
@Tag("fault")
class SnapshotTransferIT {
  private static final Map<String, String> SNAPSHOT_OFTEN =
      Map.of(
          "snapshot.trigger-entries", "20",
          "raft.purge-margin-entries", "5",
          "raft.log-segment-size", "1MiB");

  /** Of half a megabyte each: a snapshot is some thirty chunks, not gone in a moment. */
  private static final int BIG = 60;

  private static final int VALUE_BYTES = 500_000;

  private final Random random = new Random(1);

  @Test
  @Tag("thorough")
  void whoeverDiesMeanwhileTheNodeEndsLevelAndAnEmptyOneToo(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processes(3, directory, SNAPSHOT_OFTEN);
        KvClient client = cluster.newClient()) {
      client.put("deleted-while-away", 1);
      String away = followers(cluster).get(0);
      NodeDisk disk = NodeDisk.of(cluster, away);
      cluster.kill(away);
      client.delete("deleted-while-away");
      putBig(client, BIG);

      cluster.start(away);
      awaitPart(disk);
      cluster.kill(away);
      assertThat(disk.partsOfSnapshots()).as("killed in the middle").hasSize(1);
      long sentToTheDead = leader(cluster).snapshotIndex();
      await("the leader to let go of the snapshot and take others")
          .atMost(Duration.ofSeconds(40))
          .until(() -> snapshotAfterTenPuts(cluster, client) > sentToTheDead + 20);

      cluster.start(away);
      awaitPart(disk);
      // So that it cannot get the rest before its sender is dead.
      cluster.pause(away);
      String sender = cluster.awaitLeader();
      cluster.kill(sender);
      assertThat(disk.partsOfSnapshots()).as("the sender killed in the middle").hasSize(1);
      cluster.resume(away);
      cluster.awaitLeaderOtherThan(sender);
      cluster.start(sender);
      cluster.awaitLevel();
      assertThat(disk.holdsASnapshotOfTheLeader()).isTrue();
      assertThat(disk.partsOfSnapshots()).as("left by what broke off").hasSizeLessThan(2);

      // All of them: a leader that knew the node would not believe that it has nothing.
      cluster.killAll();
      disk.lose();
      cluster.startAll();
      cluster.awaitLevel();
      assertThat(disk.holdsASnapshotOfTheLeader()).isTrue();

      assertThat(client.get("deleted-while-away")).isEmpty();
      cluster.nodeIds().forEach(cluster::stop);
      for (String node : cluster.nodeIds()) {
        assertThat(NodeDisk.of(cluster, node).contents())
            .as(node)
            .hasSize(BIG + 1)
            .isEqualTo(NodeDisk.of(cluster, away).contents());
      }
    }
  }

  @Test
  @Tag("thorough")
  void aDamagedSnapshotIsNotPassedOnButHaltsWhoeverHasIt(@TempDir Path directory)
      throws IOException {
    try (KvCluster cluster = KvCluster.processes(3, directory, SNAPSHOT_OFTEN);
        KvClient client = cluster.newClient()) {
      String away = followers(cluster).get(0);
      cluster.kill(away);
      putBig(client, 20);
      for (int i = 0; i < 50; i++) {
        client.put("small/" + i, i);
      }
      String leader = cluster.awaitLeader();
      await("the last snapshot to be taken").until(() -> entriesSinceTheSnapshot(cluster) < 20);
      NodeDisk damaged = NodeDisk.of(cluster, leader);
      Path table = damaged.tableOfTheNewestSnapshot();
      byte[] content = Files.readAllBytes(table);
      content[content.length / 2] ^= 1;
      Files.write(table, content);

      cluster.start(away);
      await("the damaged node to halt, or to pass on what it has")
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  !cluster.isRunning(leader)
                      || NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader());
      assertThat(cluster.isRunning(leader)).as("runs on and has passed on what it has").isFalse();
      assertThat(damaged.log())
          .contains("This node halts: the snapshot ")
          .contains("the snapshot file " + table + " is damaged: its content has changed");
      cluster.awaitLeaderOtherThan(leader);
      client.put("after", 1);
      assertThat(client.get("small/49")).hasValue(KvValue.of(49));
      await("the node to get another node's snapshot")
          .atMost(Duration.ofSeconds(30))
          .until(() -> NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader());

      cluster.start(leader);
      await("the damaged node to refuse to start")
          .atMost(Duration.ofSeconds(30))
          .until(() -> !cluster.isRunning(leader));
      assertThat(damaged.log().lines())
          .last()
          .asString()
          .as("the table is the database's too")
          .contains("kv-server: ", table.getFileName().toString(), " is damaged");
    }
  }

  @Test
  @Tag("thorough")
  void aNodeCatchesUpHoweverFastSnapshotsAreMade(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.processes(3, directory, SNAPSHOT_OFTEN);
        KvClient client = cluster.newClient()) {
      String away = followers(cluster).get(0);
      cluster.kill(away);
      putBig(client, BIG);
      AtomicBoolean enough = new AtomicBoolean();
      // A few of them fill a file of the log, which is deleted as a whole.
      String value = "x".repeat(200_000);
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !enough.get(); i++) {
                  client.put("new/" + i % 10, value + i);
                }
              });

      cluster.start(away);
      await("the node to catch up while the others write")
          .atMost(Duration.ofSeconds(30))
          .until(() -> behind(cluster, away) < 10);
      assertThat(writer).isNotDone();
      assertThat(NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader()).isTrue();
      enough.set(true);
      writer.join();
      cluster.awaitLevel();
    }
  }

  private static long behind(KvCluster cluster, String id) {
    List<NodeStatus.Up> up = cluster.status().up();
    long last = up.stream().mapToLong(NodeStatus.Up::committedIndex).max().orElse(0);
    return up.stream()
        .filter(node -> node.name().equals(id))
        .mapToLong(node -> last - node.appliedIndex())
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private static long snapshotAfterTenPuts(KvCluster cluster, KvClient client) {
    for (int i = 0; i < 10; i++) {
      client.put("k", i);
    }
    return leader(cluster).snapshotIndex();
  }

  private static long entriesSinceTheSnapshot(KvCluster cluster) {
    NodeStatus.Up leader = leader(cluster);
    return leader.appliedIndex() - leader.snapshotIndex();
  }

  private static NodeStatus.Up leader(KvCluster cluster) {
    return cluster.status().leader().orElseThrow();
  }

  private static void awaitPart(NodeDisk disk) {
    await("a part of a snapshot to arrive")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> !disk.partsOfSnapshots().isEmpty());
  }

  /** Values that cannot be compressed, each in a log entry of its own or with one other. */
  private void putBig(KvClient client, int count) {
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder value = new StringBuilder(VALUE_BYTES);
      random.ints(VALUE_BYTES, 'a', 'a' + 16).forEach(letter -> value.append((char) letter));
      puts.add(client.async().put("big/" + i, KvValue.of(value.toString())));
    }
    puts.forEach(CompletableFuture::join);
  }

  private static List<String> followers(KvCluster cluster) {
    String leader = cluster.awaitLeader();
    return cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
  }
}
