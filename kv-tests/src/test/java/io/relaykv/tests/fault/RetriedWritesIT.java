package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promise P3: a write that is sent again is applied once. */
@Tag("fault")
class RetriedWritesIT {
  private static final ByteString SESSION = ByteString.copyFromUtf8("0123456789abcdef");

  @Test
  void aRetryAfterALeaderChangeAndAfterARestartFromASnapshotDoesNotBringAnOldValueBack(
      @TempDir Path directory) throws Exception {
    Map<String, String> settings =
        Map.of("snapshot.trigger-entries", "20", "raft.purge-margin-entries", "1");
    try (KvCluster cluster = KvCluster.processes(3, directory, settings);
        KvClient other = cluster.newClient()) {
      String first = cluster.awaitLeader();
      putAndExpectWritten(cluster, first, "\"old\"");
      other.put("k", "new");

      cluster.kill(first);
      String second = cluster.awaitLeaderOtherThan(first);
      putAndExpectWritten(cluster, second, "\"old\"");
      assertThat(other.get("k")).as("after a change of leader").hasValue(KvValue.of("new"));

      cluster.start(first);
      for (int i = 0; i < 100; i++) {
        other.put("filler/" + i, i);
      }
      cluster.killAll();
      cluster.startAll();
      String third = cluster.awaitLeader();
      putAndExpectWritten(cluster, third, "\"old\"");
      assertThat(other.get("k")).as("after a restart of all").hasValue(KvValue.of("new"));
    }
  }

  @Test
  @Tag("thorough")
  void aRetryAtANodeThatKnowsTheWriteFromASnapshotOnlyDoesNotBringAnOldValueBack(
      @TempDir Path directory) throws Exception {
    Map<String, String> settings =
        Map.of(
            "snapshot.trigger-entries", "20",
            "raft.purge-margin-entries", "1",
            "raft.log-segment-size", "1MiB");
    try (KvCluster cluster = KvCluster.processes(3, directory, settings);
        KvAdmin admin = cluster.newAdmin();
        KvClient other = cluster.newClient()) {
      String first = cluster.awaitLeader();
      String away =
          cluster.nodeIds().stream().filter(id -> !id.equals(first)).findFirst().orElseThrow();
      cluster.kill(away);
      putAndExpectWritten(cluster, first, "\"old\"");
      other.put("k", "new");
      // Segments are purged as a whole.
      for (int i = 0; i < 60; i++) {
        other.put("filler/" + i, "x".repeat(100_000));
      }

      cluster.start(away);
      cluster.awaitLevel();
      assertThat(NodeDisk.of(cluster, away).holdsASnapshotOfTheLeader()).isTrue();
      cluster.kill(first);
      cluster.awaitLeaderOtherThan(first);
      // Which of the two it is that has been elected is left to chance.
      assertThat(admin.transferLeadership(Optional.of(away))).isEqualTo(away);
      putAndExpectWritten(cluster, away, "\"old\"");
      assertThat(other.get("k"))
          .as("after a change to a leader with a snapshot")
          .hasValue(KvValue.of("new"));
    }
  }

  /** The same write each time: one session, one sequence number. */
  private static void putAndExpectWritten(KvCluster cluster, String leader, String json)
      throws Exception {
    try (RawStream stream = new RawStream(cluster.addressOf(leader), cluster.apiKey(), SESSION)) {
      assertThat(stream.put("k", json, 1).get(10, TimeUnit.SECONDS).hasWritten()).isTrue();
    }
  }
}
