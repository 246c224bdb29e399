package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.FeatureLevelChange;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.RefusedException;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.upgrade.Greeting;
import io.relaykv.tests.upgrade.NextBuild;
import io.relaykv.tests.workload.LedgerWorkload;
import io.relaykv.tests.workload.Outcomes;
import io.relaykv.tests.workload.RegisterWorkload;
import io.relaykv.tests.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes go from this version to the {@link NextBuild}, one after the other, back, and forth again,
 * while clients read and write.
 */
@Tag("fault")
@Timeout(240)
class RollingUpgradeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OPERATIONS_BETWEEN = 300;
  private static final long MAX_LAG = 1000;

  @TempDir private Path directory;
  private NextBuild next;
  private KvCluster cluster;
  private KvAdmin admin;
  private HistoryRecorder history;

  @BeforeEach
  void startClusterOfThisVersion() throws IOException {
    next = new NextBuild(Files.createDirectory(directory.resolve("next")));
    cluster =
        KvCluster.processesWithFaults(
            3, directory.resolve("cluster"), Map.of(), new ProcessOptions(0, next.jvmArguments()));
    admin = cluster.newAdmin();
    history = new HistoryRecorder(directory.resolve("history.jsonl"));
  }

  @AfterEach
  void end() throws IOException {
    admin.close();
    cluster.close();
    history.close();
  }

  @Test
  void noOperationFailsAndNothingIsWrittenThatAMemberCannotRead() throws IOException {
    List<Workload> workloads =
        List.of(
            RegisterWorkload.patient(cluster, history, new Random(1)),
            new LedgerWorkload(cluster, history, Outcomes.TRUE));
    String leader = cluster.awaitLeader();
    List<String> followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
    workloads.forEach(Workload::start);
    try {
      awaitOperations();
      upgrade(followers.get(0));
      refuses(() -> admin.finalizeUpgrade(false), followers.get(1) + " supports 1");
      upgrade(followers.get(1));
      // Hands its leadership over as it stops.
      upgrade(leader);

      refusesToGreet();
      downgrade(leader);
      refuses(() -> admin.finalizeUpgrade(false), leader + " supports 1");
      upgrade(leader);
      cluster.stop(leader);
      refuses(() -> admin.finalizeUpgrade(true), leader + " has not said what it supports");
      startAgain(leader);

      finds(new FeatureLevelChange(1, 2), true);
      refusesToGreet();
      finds(new FeatureLevelChange(1, 2), false);
      finds(new FeatureLevelChange(2, 2), false);
      admin.createAccount(Greeting.ASKED, 0);
      assertThat(greeting()).isEqualTo(KvValue.of(Greeting.VALUE));
      awaitOperations();
    } finally {
      workloads.forEach(Workload::stop);
    }
    workloads.forEach(Workload::end);

    assertThat(history.operations())
        .as("operations that ended with anything but success")
        .allMatch(Operation::isOk);
    Verdicts.requireLinearizable(history.operations());
    System.out.println("Rolling upgrade: " + history.summary());
    new FinalChecks(cluster, workloads).run();
    NodeLogs.requireNoErrors(cluster, List.of());
    assertThat(cluster.status().up()).allMatch(node -> node.featureLevel() == NextBuild.LEVEL);

    thisVersionCannotGoBack(followers.get(0));
    norCanItBeAdded();
  }

  private void upgrade(String node) {
    cluster.stop(node);
    next.installOn(node);
    startAgain(node);
    assertThat(cluster.outputOf(node)).contains(NextBuild.announcement());
  }

  private void downgrade(String node) {
    cluster.stop(node);
    next.removeFrom(node);
    startAgain(node);
  }

  private void startAgain(String node) {
    cluster.start(node);
    await("all to be well after the start of " + node)
        .atMost(PATIENCE)
        .until(() -> isWell(cluster.status()));
    awaitOperations();
  }

  private static boolean isWell(ClusterStatus status) {
    long highest = status.up().stream().mapToLong(NodeStatus.Up::appliedIndex).max().orElse(0);
    return status.health() == Health.HEALTHY
        && status.up().stream().allMatch(node -> highest - node.appliedIndex() < MAX_LAG);
  }

  private void awaitOperations() {
    int goal = history.operations().size() + OPERATIONS_BETWEEN;
    await(OPERATIONS_BETWEEN + " more operations")
        .atMost(PATIENCE)
        .until(() -> history.operations().size() >= goal);
  }

  /** At once, unless a node takes more than 3 s to say what it supports. */
  private static void refuses(ThrowingCallable what, String why) {
    await("a refusal")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(what)
                    .withMessageContaining(why));
  }

  private void finds(FeatureLevelChange expected, boolean dryRun) {
    await("all nodes to say what they support")
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(RefusedException.class)
        .untilAsserted(() -> assertThat(admin.finalizeUpgrade(dryRun)).isEqualTo(expected));
  }

  private void refusesToGreet() {
    refuses(
        () -> admin.createAccount(Greeting.ASKED, 0),
        "this needs feature level 2, and the cluster is at level 1: once all nodes run a version that supports level 2, run kv-shell cluster finalize-upgrade");
    assertThat(greeting()).isNull();
  }

  private KvValue greeting() {
    try (KvClient client = cluster.newClient()) {
      return client.get(Greeting.KEY).orElse(null);
    }
  }

  private void thisVersionCannotGoBack(String node) {
    cluster.stop(node);
    next.removeFrom(node);
    cluster.start(node);
    assertThat(cluster.awaitEnd(node)).isEqualTo(3);
    assertThat(cluster.outputOf(node))
        .contains(
            "kv-server: the database in %s has feature level 2, and this version of RelayKV supports none above 1: install the version that the other nodes run, and start this node again; its data stays as it is"
                .formatted(cluster.dataDirectoryOf(node).resolve("db")));

    next.installOn(node);
    cluster.start(node);
    await(node + " to go on").atMost(PATIENCE).until(() -> isWell(cluster.status()));
  }

  private void norCanItBeAdded() {
    String joining = cluster.startJoining();
    refuses(() -> cluster.add(joining, admin), joining + " does not answer");
    assertThat(cluster.awaitEnd(joining)).isEqualTo(3);
    assertThat(cluster.outputOf(joining))
        .contains("This node ends: the log from entry ")
        .contains(" has feature level 2, and this version of RelayKV supports none above 1");
    assertThat(admin.members().members()).hasSize(3);
  }
}
