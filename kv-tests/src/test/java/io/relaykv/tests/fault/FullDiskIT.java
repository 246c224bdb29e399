package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.RefusedException;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import io.relaykv.testkit.Skipped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P6 on disks of 64 MiB, which another program fills: nearly, so that the leader refuses
 * puts, and to the last byte, as if it had been too quick for that.
 */
@Tag("fault")
class FullDiskIT {
  private static final int COULD_NOT_START = 1;
  private static final int HALTED = 70;
  private static final long MIB = 1 << 20;
  private static final int SNAPSHOT_ENTRIES = 500;

  private static KvCluster cluster;
  private static KvClient client;

  @BeforeAll
  static void start(@TempDir Path directory) {
    KvCluster.whyNoSmallDisks(directory).ifPresent(why -> Skipped.skip("full-disk", why));
    cluster =
        KvCluster.processesWithFaults(
            3,
            directory.resolve("cluster"),
            Map.of(
                // The leader must stay the same, on a busy machine too.
                "raft.election-timeout-min", "3s",
                "raft.election-timeout-max", "5s",
                "disk.free-min", "4MiB",
                "disk.stop-writes", "12MiB",
                "disk.resume-writes", "20MiB",
                "snapshot.trigger-entries", Integer.toString(SNAPSHOT_ENTRIES)),
            new ProcessOptions(64 * MIB, List.of()));
    client = cluster.newClient(Duration.ofSeconds(60));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      client.close();
      cluster.close();
    }
  }

  @Test
  void aLeaderWhoseDiskIsNearlyFullRefusesPutsUntilThereIsRoom() throws Exception {
    client.put("kept", 1);
    client.put("deleted", 1);
    String leader = cluster.awaitLeader();
    int writtenBefore = cluster.outputOf(leader).length();
    cluster.fillDisk(leader, 8 * MIB);
    awaitShortOfDisk(leader);

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> client.put("refused", 1))
        .withMessageContaining(leader + " takes no puts, as its disk has only ")
        .withMessageContaining("above 20 MiB it takes them again by itself");
    client.delete("deleted");
    assertThat(client.get("deleted")).isEmpty();
    assertThat(client.get("kept")).hasValue(KvValue.of(1));
    assertThat(client.get("refused")).isEmpty();
    nothingIsMadeButAllElseGoesOnForOperators();
    assertThat(cluster.status().health()).isEqualTo(Health.DEGRADED);
    assertThat(MetricsPages.of(cluster, leader))
        .contains("relaykv_disk_refusing_puts{node=\"%s\"} 1.0".formatted(leader))
        .contains("relaykv_disk_refused_puts_total{node=\"%s\"} 1.0".formatted(leader));
    assertThat(cluster.awaitLeader()).isEqualTo(leader);

    cluster.freeDisk(leader);
    await("puts to be taken again")
        .atMost(Duration.ofSeconds(30))
        .ignoreException(RefusedException.class)
        .until(this::puts);
    assertThat(cluster.awaitLeader()).isEqualTo(leader);
    assertThat(cluster.status().health()).isEqualTo(Health.HEALTHY);
    assertThat(outputSince(writtenBefore, leader).lines())
        .filteredOn(line -> line.contains("takes no puts") || line.contains("takes puts again"))
        .hasSize(2);
  }

  private boolean puts() {
    client.put("again", 1);
    return true;
  }

  private static void nothingIsMadeButAllElseGoesOnForOperators() {
    try (KvAdmin admin = cluster.newAdmin()) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> admin.createAccount("more", 0));
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(
              () ->
                  admin.createApiKey(
                      KvCluster.ACCOUNT, EnumSet.of(ApiKeyRight.READ), Optional.empty(), ""));
      long key = admin.apiKeys().get(0).id();
      admin.disableApiKey(key);
      admin.enableApiKey(key);
    }
  }

  @Test
  @Tag("thorough")
  void aNodeThatRefusesPutsCanStartAgainAndOneWithoutAnyRoomSaysWhyItCannot() {
    String full = cluster.awaitLeader();
    cluster.fillDisk(full, 8 * MIB);
    awaitShortOfDisk(full);
    cluster.kill(full);
    cluster.awaitLeaderOtherThan(full);
    client.put("another", "leads, and has room");
    cluster.start(full);
    cluster.awaitLevel();
    assertThat(cluster.status().shortOfDisk()).extracting(NodeStatus::name).containsExactly(full);

    cluster.kill(full);
    cluster.fillDisk(full, 0);
    int writtenBefore = cluster.outputOf(full).length();
    cluster.start(full);
    assertThat(cluster.awaitEnd(full)).isEqualTo(COULD_NOT_START);
    assertThat(outputSince(writtenBefore, full)).contains("disk.free-min asks for 4194304");

    cluster.freeDisk(full);
    cluster.start(full);
    cluster.awaitLevel();
    assertThat(cluster.status().health()).isEqualTo(Health.HEALTHY);
  }

  /**
   * Deletes go on when puts are refused, until there is no room for them either: in the log or in
   * the database, whichever asks for more first.
   */
  @Test
  void aDiskWithoutAnyRoomEndsTheLeaderAndNothingAcknowledgedIsLost() {
    int keys = 15_000;
    all(keys, i -> client.async().put(longKey(i), KvValue.of(i)));
    String leader = cluster.awaitLeader();
    int writtenBefore = cluster.outputOf(leader).length();
    cluster.fillDisk(leader, 0);

    // All but every tenth; each is acknowledged, by the leader that ends or by the next one.
    all(
        keys,
        i ->
            i % 10 == 0
                ? CompletableFuture.completedFuture(null)
                : client.async().delete(longKey(i)));

    assertThat(cluster.awaitEnd(leader)).isEqualTo(HALTED);
    assertThat(outputSince(writtenBefore, leader)).contains("This node halts");
    cluster.awaitLeaderOtherThan(leader);
    client.put("another", "leads, and has room");
    cluster.freeDisk(leader);
    cluster.start(leader);
    cluster.awaitLevel();
    assertThat(client.keys("full/").count()).isEqualTo(keys / 10);
    all(
        keys / 10,
        i ->
            client
                .async()
                .get(longKey(10 * i))
                .thenAccept(value -> assertThat(value).hasValue(KvValue.of(10L * i))));
  }

  private static String longKey(int number) {
    return "full/" + "k".repeat(400) + "/" + number;
  }

  private interface Asked {
    CompletableFuture<?> ask(int number);
  }

  private static void all(int count, Asked asked) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(asked.ask(i));
    }
    answers.forEach(CompletableFuture::join);
  }

  /** The log has some room left that it has taken in advance; the database has none to flush to. */
  @Test
  @Tag("thorough")
  void aDatabaseThatFindsNoRoomEndsTheNodeAndTheOthersGoOn() {
    String leader = cluster.awaitLeader();
    String full =
        cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    int writtenBefore = cluster.outputOf(full).length();
    cluster.fillDisk(full, 0);
    for (int i = 0; i <= SNAPSHOT_ENTRIES; i++) {
      // One at a time, so that each is an entry of its own.
      client.put("small", i);
    }
    assertThat(cluster.awaitEnd(full)).isEqualTo(HALTED);
    assertThat(outputSince(writtenBefore, full))
        .contains("This node halts")
        .doesNotContain("This node halts: the Raft log");
    client.put("small", "the others go on");

    cluster.freeDisk(full);
    cluster.start(full);
    cluster.awaitLevel();
  }

  /**
   * Ratis gives such an election up and stays a candidate: with the longest log of those that are
   * left, it would neither lead nor let the other one lead.
   */
  @Test
  @Tag("thorough")
  void aCandidateThatCannotWriteItsTermEndsInsteadOfHoldingUpTheOthers() {
    String leader = cluster.awaitLeader();
    List<String> others = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
    String full = others.get(0);
    String behind = others.get(1);
    int writtenBefore = cluster.outputOf(full).length();
    cluster.isolate(behind);
    client.put("ahead", "of the third");
    cluster.fillDisk(full, 0);
    cluster.kill(leader);
    cluster.heal();

    assertThat(cluster.awaitEnd(full)).isEqualTo(HALTED);
    assertThat(outputSince(writtenBefore, full))
        .contains("This node halts: the election that this node stood for has failed");

    cluster.freeDisk(full);
    cluster.start(full);
    assertThat(client.get("ahead")).hasValue(KvValue.of("of the third"));
    cluster.start(leader);
    cluster.awaitLevel();
  }

  /** Ratis puts an empty file in the place of the vote that it cannot write. */
  @Test
  void aFollowerThatLosesItsVoteToAFullDiskEndsAndComesBack() {
    String leader = cluster.awaitLeader();
    List<String> others = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
    String full = others.get(0);
    int writtenBefore = cluster.outputOf(full).length();
    cluster.fillDisk(full, 0);
    try (KvAdmin admin = cluster.newAdmin()) {
      admin.transferLeadership(Optional.of(others.get(1)));
    }

    // The file of the log that the new term begins finds no room either.
    assertThat(cluster.awaitEnd(full)).isEqualTo(HALTED);

    cluster.freeDisk(full);
    cluster.start(full);
    cluster.awaitLevel();
    assertThat(outputSince(writtenBefore, full))
        .contains("raft-meta was empty, as a full disk leaves it");
    client.put("another", "all go on");
  }

  /** Of this test: the tests share the cluster, and each may fill any of its disks. */
  private static String outputSince(int writtenBefore, String id) {
    return cluster.outputOf(id).substring(writtenBefore);
  }

  private static void awaitShortOfDisk(String id) {
    await(id + " to notice that its disk is nearly full")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> cluster.status().shortOfDisk().stream().anyMatch(node -> node.name().equals(id)));
  }
}
