package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ClusterMember;
import io.relaykv.client.JoinProgress;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.RefusedException;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that lose their disks are replaced, and nobody who reads and writes notices. */
@Tag("fault")
@Timeout(240)
class MemberReplacedIT {
  private static final int THREADS = 8;

  @TempDir private Path directory;

  /**
   * The change counts from when the leader has it in its log, and the new node learns of it later:
   * by then the leader may be lost, and as a member is dead, there is no other without the new
   * one's vote.
   */
  @Test
  void whoIsBeingAddedVotesForANewLeaderBeforeItKnowsThatItIsAMember() {
    try (KvCluster cluster = KvCluster.inProcess(3, directory);
        KvClient client = cluster.newClient(Duration.ofSeconds(60));
        KvAdmin admin = cluster.newAdmin()) {
      client.put("k", 1);
      cluster.awaitLevel();
      String leader = cluster.awaitLeader();
      cluster.kill(followers(cluster).get(0));
      String fourth = cluster.startJoining();
      cluster.links().delay(leader, fourth, Duration.ofMillis(900), Duration.ZERO);
      CompletableFuture<Void> adding =
          CompletableFuture.runAsync(() -> cluster.add(fourth, admin))
              .exceptionally(lostItsLeader -> null);
      await("the leader to count it as a member")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> cluster.status().nodes().stream().anyMatch(one -> one.name().equals(fourth)));

      cluster.links().cut(leader, fourth);
      cluster.isolate(leader);
      await("the leader to find out that nobody follows it")
          .atMost(Duration.ofSeconds(30))
          .until(() -> cluster.status().leader().isEmpty());
      cluster.links().healAll();

      client.put("k", 2);
      assertThat(client.get("k")).hasValue(KvValue.of(2));
      adding.join();
    }
  }

  @Test
  @Tag("thorough")
  void noOperationFailsWhileAFollowerAndThenTheLeaderAreReplaced() throws Exception {
    try (KvCluster cluster = KvCluster.processes(3, directory);
        KvClient client = cluster.newClient(Duration.ofSeconds(30));
        Writers writers = new Writers(THREADS, client)) {
      writers.awaitMore(500);
      String follower = followers(cluster).get(0);

      // The new one comes before the old one goes.
      String fourth = cluster.replace(follower);
      writers.awaitMore(500);

      // The old one goes before the new one comes; it led.
      String leader = cluster.awaitLeader();
      cluster.kill(leader);
      cluster.wipe(leader);
      cluster.awaitLeaderOtherThan(leader);
      cluster.removeNode(leader);
      String fifth = cluster.addNode();
      writers.awaitMore(500);

      // A leader that runs is taken out.
      String running = cluster.awaitLeader();
      String sixth = cluster.addNode();
      cluster.removeNode(running);
      writers.awaitMore(500);
      writers.stop();

      assertThat(writers.failures).as("operations that ended with anything but success").isEmpty();
      cluster.awaitLevel();
      assertThat(members(cluster)).hasSize(3).doesNotContain(follower, leader, running);
      assertThat(List.of(fourth, fifth, sixth)).containsAnyElementsOf(members(cluster));
      try (KvClient reader = cluster.newClient()) {
        Map<String, CompletableFuture<Optional<KvValue>>> found = new HashMap<>();
        writers.acknowledged.forEach((key, value) -> found.put(key, reader.async().get(key)));
        found.forEach(
            (key, value) ->
                assertThat(value.join()).as(key).hasValue(writers.acknowledged.get(key)));
      }
      // It has ended by itself, and does not come back.
      cluster.start(running);
      await("the removed node to refuse").until(() -> !cluster.isRunning(running));
      assertThat(log(running))
          .contains("This node is no longer a member of cluster test")
          .contains("kv-server: " + cluster.dataDirectoryOf(running))
          .contains("belongs to a node that is no longer a member of cluster test");
    }
  }

  @Test
  @Tag("thorough")
  void aNodeThatWasDownWhenItWasRemovedLearnsOfItAndDisturbsNobody() {
    try (KvCluster cluster = KvCluster.processes(3, directory);
        KvClient client = cluster.newClient()) {
      String away = followers(cluster).get(0);
      cluster.kill(away);
      client.put("k", 1);
      cluster.removeNode(away);
      long term = term(cluster);

      cluster.start(away);

      await(away + " to learn that it was removed")
          .atMost(Duration.ofSeconds(30))
          .until(() -> !cluster.isRunning(away));
      assertThat(log(away)).contains("This node is no longer a member of cluster test");
      assertThat(term(cluster)).as("term of the others").isEqualTo(term);
    }
  }

  @Test
  @Tag("thorough")
  void aMemberThatHasLostItsDiskDoesNotComeBackUnderItsName() {
    try (KvCluster cluster = KvCluster.processes(3, directory);
        KvClient client = cluster.newClient()) {
      String lost = cluster.addNode();
      client.put("k", 1);
      cluster.kill(lost);
      cluster.wipe(lost);

      cluster.start(lost);

      await(lost + " to refuse").until(() -> !cluster.isRunning(lost));
      assertThat(log(lost)).contains("Cluster test has a member " + lost + " already");
      cluster.removeNode(lost);
      client.put("k", 2);
    }
  }

  @Test
  @Tag("thorough")
  void anAdditionThatIsInterruptedIsRepeated() throws Exception {
    try (KvCluster cluster = KvCluster.processes(3, directory);
        KvClient client = cluster.newClient();
        KvAdmin admin = cluster.newAdmin()) {
      client.put("k", 1);
      String joining = cluster.startJoining();

      // The node that is being added dies.
      cluster.pause(joining);
      Addition first = new Addition(cluster, admin, joining);
      first.awaitProgress();
      cluster.kill(joining);
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(first.outcome::join)
          .withCauseInstanceOf(RefusedException.class)
          .withMessageContaining("does not answer");
      assertThat(members(cluster)).containsExactly("n1", "n2", "n3");

      // The leader dies, and whoever leads next begins anew.
      cluster.start(joining);
      cluster.awaitListening(joining);
      cluster.pause(joining);
      Addition second = new Addition(cluster, admin, joining);
      second.awaitProgress();
      String leader = cluster.status().leader().orElseThrow().name();
      cluster.kill(leader);
      cluster.resume(joining);
      assertThat(second.outcome.get(60, TimeUnit.SECONDS)).isTrue();

      cluster.add(joining);
      cluster.start(leader);
      cluster.awaitLevel();
      assertThat(members(cluster)).containsExactly("n1", "n2", "n3", joining);
    }
  }

  /** The addition of a node, as its operator sees it. */
  private static final class Addition {
    private final CountDownLatch progress = new CountDownLatch(1);
    private final CompletableFuture<Boolean> outcome;

    Addition(KvCluster cluster, KvAdmin admin, String id) {
      outcome =
          CompletableFuture.supplyAsync(
              () ->
                  admin.addMember(
                      id,
                      cluster.addressOf(id),
                      cluster.peerAddressOf(id),
                      Duration.ofSeconds(60),
                      this::told));
    }

    private void told(JoinProgress now) {
      progress.countDown();
    }

    void awaitProgress() throws InterruptedException {
      assertThat(progress.await(30, TimeUnit.SECONDS)).as("any progress").isTrue();
    }
  }

  private static List<String> followers(KvCluster cluster) {
    String leader = cluster.awaitLeader();
    return cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
  }

  private static List<String> members(KvCluster cluster) {
    try (KvAdmin admin = cluster.newAdmin()) {
      return admin.members().members().stream().map(ClusterMember::name).toList();
    }
  }

  private static long term(KvCluster cluster) {
    return cluster.status().leader().map(NodeStatus.Up::term).orElseThrow();
  }

  private String log(String id) {
    try {
      Path log = directory.resolve(id).resolve("log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
