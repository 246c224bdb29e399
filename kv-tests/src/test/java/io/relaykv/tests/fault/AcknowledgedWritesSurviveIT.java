package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P1, as far as processes die: what was acknowledged is there, whoever was killed
 * meanwhile.
 */
@Tag("fault")
@Tag("thorough")
class AcknowledgedWritesSurviveIT {
  private static final int THREADS = 8;
  private static final int PUTS = 20_000;
  private static final int KILLS = 3;

  @Test
  void leaderIsKilledThreeTimesAndThenAllNodesAre(@TempDir Path directory) throws Exception {
    Map<String, KvValue> acknowledged = new ConcurrentHashMap<>();
    Queue<KvException> failures = new ConcurrentLinkedQueue<>();
    try (KvCluster cluster = KvCluster.processes(3, directory)) {
      AtomicInteger next = new AtomicInteger();
      ExecutorService writers = Executors.newFixedThreadPool(THREADS);
      try (KvClient client = cluster.newClient(Duration.ofSeconds(30))) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          running.add(writers.submit(() -> writeAll(client, next, acknowledged, failures)));
        }
        for (int kill = 1; kill <= KILLS; kill++) {
          int writtenBefore = PUTS * kill / (KILLS + 1);
          await("%d writes before kill %d".formatted(writtenBefore, kill))
              .atMost(Duration.ofMinutes(2))
              .until(() -> acknowledged.size() >= writtenBefore);
          String leader = cluster.awaitLeader();
          cluster.kill(leader);
          cluster.awaitLeaderOtherThan(leader);
          cluster.start(leader);
        }
        for (Future<?> writer : running) {
          writer.get();
        }
      } finally {
        writers.shutdownNow();
      }
      assertThat(failures).as("operations fail over within their deadline").isEmpty();
      assertThat(acknowledged).hasSize(PUTS);

      cluster.killAll();
      cluster.startAll();
      cluster.awaitServing();
      try (KvClient client = cluster.newClient()) {
        acknowledged.forEach(
            (key, value) -> assertThat(client.get(key)).as(key).isEqualTo(Optional.of(value)));
      }
      cluster.awaitLevel();
    }
  }

  private static void writeAll(
      KvClient client,
      AtomicInteger next,
      Map<String, KvValue> acknowledged,
      Queue<KvException> failures) {
    for (int i = next.getAndIncrement(); i < PUTS; i = next.getAndIncrement()) {
      String key = "ledger/" + i;
      KvValue value = KvValue.of("value of " + i);
      try {
        client.put(key, value);
        acknowledged.put(key, value);
      } catch (KvException e) {
        failures.add(e);
      }
    }
  }
}
