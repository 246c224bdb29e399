package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node to which nobody writes takes no more disk, however often it starts and elects a leader.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class IdleDiskUseIT {
  private static final Map<String, String> SMALL =
      Map.of(
          "raft.election-timeout-min", "200ms",
          "raft.election-timeout-max", "400ms",
          "raft.purge-margin-entries", "0",
          "snapshot.trigger-log-bytes", "3MiB");
  private static final int RESTARTS = 6;

  @Test
  void restartsAndElectionsLeaveNothingBehind(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.inProcess(1, directory, SMALL)) {
      try (KvClient client = cluster.newClient()) {
        for (int i = 0; i < 100; i++) {
          client.put("k/" + i, i);
        }
      }
      NodeDisk disk = NodeDisk.of(cluster, "n1");
      restart(cluster);
      awaitFewFilesOfLog(disk);
      long bytes = disk.bytes();
      restart(cluster);
      awaitFewFilesOfLog(disk);

      assertThat(disk.bytes()).isLessThan(bytes + 200_000);
      assertThat(disk.files())
          .as("what RocksDB logged in earlier runs")
          .filteredOn(file -> file.getFileName().toString().startsWith("LOG.old"))
          .hasSizeLessThan(4);
      assertThat(disk.files())
          .filteredOn(file -> file.endsWith("snapshot.manifest"))
          .as("snapshots")
          .hasSizeLessThan(4);
      assertThat(topLevelNames(disk))
          .isSubsetOf(
              "db", "raft", "raft-removed", "node.properties", "high-water-mark", "audit.log");
    }
  }

  /** Ratis begins a file with each election; a snapshot comes after three of them. */
  private static void awaitFewFilesOfLog(NodeDisk disk) {
    await("a snapshot that lets go of the files of earlier runs")
        .until(
            () ->
                disk.files().stream()
                        .filter(file -> file.getFileName().toString().startsWith("log_"))
                        .count()
                    < 6);
  }

  private static Set<String> topLevelNames(NodeDisk disk) {
    return disk.files().stream()
        .map(file -> disk.data().relativize(file).getName(0).toString())
        .collect(Collectors.toSet());
  }

  private static void restart(KvCluster cluster) {
    for (int i = 0; i < RESTARTS; i++) {
      // By turns in order and not.
      if (i % 2 == 0) {
        cluster.stop("n1");
      } else {
        cluster.kill("n1");
      }
      cluster.start("n1");
      cluster.awaitLeader();
    }
  }
}
