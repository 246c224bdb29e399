package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is stopped in order hands over first: nobody waits for an election. */
@Tag("fault")
class PlannedStopIT {
  /** So long that waiting for an election could not be mistaken for a busy machine. */
  private static final Map<String, String> LONG_ELECTIONS =
      Map.of("raft.election-timeout-min", "10s", "raft.election-timeout-max", "11s");

  @Test
  void stoppingTheLeaderCostsNoElectionTimeoutAndNoFailedOperation(@TempDir Path directory)
      throws Exception {
    try (KvCluster cluster = KvCluster.processes(3, directory, LONG_ELECTIONS)) {
      String stopped = stopTheLeaderUnderLoad(cluster);
      assertThat(cluster.outputOf(stopped)).contains("has stopped").doesNotContain(" ERROR ");
    }
  }

  /** Ratis would wait for each of its connections to them, 3 s and more. */
  @Test
  void itEndsInTimeAlthoughTheOthersAreInNoStateToTakeOver(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.processesWithFaults(3, directory, Map.of());
        KvClient client = cluster.newClient()) {
      cluster.awaitLevel();
      String leader = cluster.awaitLeader();
      List<String> others = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
      client.put("k", KvValue.of(0));
      cluster.slowFsync(others.get(0), Duration.ofSeconds(5));
      cluster.isolate(others.get(1));
      for (int i = 1; i <= 10; i++) {
        var unused = client.async().put("k", KvValue.of(i));
      }
      long before = cluster.faultsOf(others.get(0)).delayedFsyncs();
      await("an fsync that takes long")
          .until(() -> cluster.faultsOf(others.get(0)).delayedFsyncs() > before);

      // Fails if the process has to be halted.
      cluster.stop(leader);

      assertThat(cluster.outputOf(leader)).contains("nobody took it", "has stopped");
    }
  }

  /** The old leader and the new one are no majority: others must be free to vote at once. */
  @Test
  @Tag("thorough")
  void norDoesItAmongFive(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.inProcess(5, directory, LONG_ELECTIONS)) {
      stopTheLeaderUnderLoad(cluster);
    }
  }

  private static String stopTheLeaderUnderLoad(KvCluster cluster) throws Exception {
    try (KvClient client = cluster.newClient(Duration.ofSeconds(30))) {
      cluster.awaitLevel();
      String leader = cluster.awaitLeader();
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong longestNanos = new AtomicLong();
      AtomicLong puts = new AtomicLong();
      Thread writer =
          new Thread(
              () -> {
                while (!stop.get()) {
                  long start = System.nanoTime();
                  client.put("k", KvValue.of(puts.incrementAndGet()));
                  longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
                }
              });
      AtomicLong failures = new AtomicLong();
      writer.setUncaughtExceptionHandler((thread, failure) -> failures.incrementAndGet());
      writer.start();
      long start = System.nanoTime();
      cluster.stop(leader);
      Duration stopped = Duration.ofNanos(System.nanoTime() - start);
      cluster.awaitLeaderOtherThan(leader);
      stop.set(true);
      writer.join();
      assertThat(failures).hasValue(0);
      assertThat(stopped).isLessThan(Duration.ofSeconds(30));
      assertThat(client.get("k")).hasValue(KvValue.of(puts.get()));
      assertThat(Duration.ofNanos(longestNanos.get())).isLessThan(Duration.ofSeconds(9));
      return leader;
    }
  }
}
