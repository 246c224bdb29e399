package io.relaykv.tests.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas hold the same, whatever happens to them; one that does not is found and named. */
@Tag("fault")
class ReplicaCheckIT {
  private static final Map<String, String> SNAPSHOT_OFTEN =
      Map.of(
          "snapshot.trigger-entries", "100",
          "raft.purge-margin-entries", "10",
          "raft.log-segment-size", "1MiB");

  /** The account that the cluster is made with is the first one. */
  private static final long ACCOUNT_ID = 1;

  private static final String FLAG = "flags/checkout";
  private static final String DIFFERS = " does not hold the same as leader ";

  @Test
  void replicasAgreeUnderLoadAndTheOneThatWasTamperedWithIsNamed(@TempDir Path directory)
      throws Exception {
    try (KvCluster cluster = KvCluster.processes(3, directory, SNAPSHOT_OFTEN);
        KvAdmin admin = cluster.newAdmin()) {
      String leader = cluster.awaitLeader();
      String follower = anotherThan(leader, cluster);
      try (KvClient client = cluster.newClient()) {
        client.put(FLAG, true);
      }
      try (Load load = new Load(cluster)) {
        for (int round = 0; round < 2; round++) {
          load.awaitMore(100);
          awaitAgreement(admin);
        }

        cluster.kill(follower);
        cluster.start(follower);
        awaitUp(cluster);
        awaitAgreement(admin);

        cluster.kill(follower);
        // Each is an entry of its own: the log no longer reaches back to the follower.
        load.awaitMore(300);
        cluster.start(follower);
        awaitUp(cluster);
        awaitAgreement(admin);
        assertThat(Files.readString(directory.resolve(follower).resolve("log")))
            .contains("has installed a snapshot from the leader");
      }

      cluster.awaitLevel();
      cluster.stop(follower);
      tamperWith(cluster.dataDirectoryOf(follower).resolve("db"));
      cluster.start(follower);
      cluster.awaitLevel();

      ShellResult result = verifyByShell(cluster);
      assertThat(result.output())
          .startsWith("Differ. Not the same as most nodes, as of log entry ")
          .contains(": %s.\n".formatted(follower))
          .containsOnlyOnce("  differs  ");
      assertThat(result.exitCode()).isEqualTo(7);
      ReplicaCheck check = admin.verify(known -> {});
      assertThat(check.differing()).extracting(NodeCheck::name).containsExactly(follower);
      for (String node : cluster.nodeIds()) {
        boolean wrong = node.equals(follower);
        // By whoever leads now: it tells the others a moment after the operator has been told.
        awaitMetric(cluster, node, "relaykv_replica_check_differs", wrong ? "1.0" : "0.0");
        // The log has it a moment after the metric.
        Path told = directory.resolve(node).resolve("log");
        waiting("what %s says of itself".formatted(node))
            .until(() -> Files.readString(told).contains(DIFFERS) == wrong);
      }
    }
  }

  @Test
  @Tag("thorough")
  void theLeaderHasThemComparedByItselfWhoeverThatIs(@TempDir Path directory) throws Exception {
    try (KvCluster cluster =
        KvCluster.inProcess(3, directory, Map.of("verify.interval", "500ms"))) {
      for (String node : cluster.nodeIds()) {
        awaitMetric(cluster, node, "relaykv_replica_check_compared_total", "[2-9]\\.0");
      }
      String old = cluster.awaitLeader();
      cluster.stop(old);
      String leader = cluster.awaitLeaderOtherThan(old);
      long before = compared(cluster, leader);
      waiting("two more checks").until(() -> compared(cluster, leader) >= before + 2);
      assertThat(metric(cluster, leader, "relaykv_replica_check_differed_total")).isEqualTo("0.0");
    }
  }

  /** A node that gets a snapshot from behind the marker has no result, and is asked again. */
  private static void awaitAgreement(KvAdmin admin) {
    waiting("a result of all nodes")
        .until(
            () -> {
              ReplicaCheck check = admin.verify(known -> {});
              assertThat(check.differs()).as("%s", check).isFalse();
              return check.agrees() && check.nodes().size() == 3;
            });
  }

  private static String anotherThan(String leader, KvCluster cluster) {
    return cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  private static void awaitUp(KvCluster cluster) {
    waiting("all nodes to be up")
        .until(
            () ->
                cluster.status().up().stream().filter(up -> up.leader().isPresent()).count() == 3);
  }

  /** As a disk would, or a mistake of ours: past the log. */
  private static void tamperWith(Path database) {
    try (KvStore store = KvStore.open(database)) {
      StoreBatch batch = store.newBatch();
      assertThat(store.get(ACCOUNT_ID, FLAG)).isEqualTo("true".getBytes(UTF_8));
      batch.put(ACCOUNT_ID, FLAG, "null".getBytes(UTF_8));
      batch.commit(store.applied());
    }
  }

  private record ShellResult(int exitCode, String output) {}

  private static ShellResult verifyByShell(KvCluster cluster) throws Exception {
    // Not in the cluster's directory, which is searched for its secrets.
    Path keyFile = Files.createTempFile("relaykv", ".key");
    // Or it would find that of a local cluster in this checkout.
    Path noConfig = Files.createTempFile("relaykv", ".conf");
    try {
      Files.writeString(keyFile, cluster.adminKey());
      Process shell =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.relaykv.shell.KvShellMain",
                  "--config",
                  noConfig.toString(),
                  "--nodes",
                  String.join(",", cluster.addresses()),
                  "--api-key-file",
                  keyFile.toString(),
                  "verify")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
      return new ShellResult(shell.waitFor(), output);
    } finally {
      Files.delete(noConfig);
      Files.delete(keyFile);
    }
  }

  private static void awaitMetric(KvCluster cluster, String node, String name, String value) {
    waiting("%s of %s to be %s".formatted(name, node, value))
        .until(() -> metric(cluster, node, name).matches(value));
  }

  private static long compared(KvCluster cluster, String node) throws Exception {
    return (long) Double.parseDouble(metric(cluster, node, "relaykv_replica_check_compared_total"));
  }

  private static String metric(KvCluster cluster, String node, String name)
      throws IOException, InterruptedException {
    String series = "%s{node=\"%s\"} ".formatted(name, node);
    return MetricsPages.of(cluster, node)
        .lines()
        .filter(line -> line.startsWith(series))
        .map(line -> line.substring(series.length()))
        .findFirst()
        .orElse("");
  }

  private static ConditionFactory waiting(String what) {
    return await(what).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(100));
  }

  /** Writes one after the other, each an entry of its own. */
  private static final class Load implements AutoCloseable {
    private final KvClient client;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong written = new AtomicLong();

    Load(KvCluster cluster) {
      client = cluster.newClient(Duration.ofSeconds(30));
      thread.execute(this::write);
    }

    private void write() {
      String big = "x".repeat(5_000);
      for (long i = 0; !over.get(); i++) {
        try {
          client.put("load/" + i % 1_000, KvValue.of(big + i));
          client.delete("load/" + (i * 7) % 1_000);
          written.addAndGet(2);
        } catch (KvException e) {
          if (!over.get()) {
            throw e;
          }
        }
      }
    }

    void awaitMore(long count) {
      long before = written.get();
      waiting("%d more writes".formatted(count)).until(() -> written.get() >= before + count);
    }

    @Override
    public void close() {
      over.set(true);
      thread.shutdown();
      try {
        assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      client.close();
    }
  }
}
