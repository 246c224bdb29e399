package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.Skipped;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those who only connect take nothing from those who work. */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class ManyConnectionsIT {
  private static final int IDLE = 5_000;
  private static final int HALF_OPEN = 500;
  private static final int OPEN_FILES = IDLE + HALF_OPEN + 1_000;
  private static final int ROUNDS = 3;
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final Duration SETTLING = Duration.ofMillis(300);

  @Test
  void thousandsOfConnectionsThatAskForNothingCostWritersLittleAndNoElection(
      @TempDir Path directory) {
    requireOpenFiles();
    Map<String, String> settings =
        Map.of("limits.connections", "20000", "limits.connections-per-address", "20000");
    try (KvCluster cluster = KvCluster.processes(3, directory, settings);
        KvClient client = cluster.newClient()) {
      String leader = cluster.awaitLeader();
      long term = term(cluster);
      String address = cluster.addressOf(leader);
      writesPerSecond(client, Duration.ofSeconds(2));
      List<Double> alone = new ArrayList<>();
      List<Double> crowded = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        writesPerSecond(client, SETTLING);
        alone.add(writesPerSecond(client, WINDOW));
        try (Crowd crowd = new Crowd(address).addIdle(IDLE)) {
          assertThat(crowd.served()).isEqualTo(IDLE);
          crowd.addHalfOpen(HALF_OPEN);
          writesPerSecond(client, SETTLING);
          crowded.add(writesPerSecond(client, WINDOW));
          assertThat(crowd.open()).as("still there").isEqualTo(IDLE + HALF_OPEN);
        }
      }
      try (Crowd crowd = new Crowd(address).addIdle(IDLE).addHalfOpen(HALF_OPEN)) {
        await("the node to close those that never authenticated")
            .atMost(Duration.ofSeconds(20))
            .until(() -> crowd.open() == 0);
      }
      System.out.printf(
          "Writes/s alone %s, among %d connections %s%n", alone, IDLE + HALF_OPEN, crowded);
      assertThat(term(cluster)).as("the term").isEqualTo(term);
      assertThat(median(crowded))
          .as("writes/s among connections %s, alone %s", crowded, alone)
          .isGreaterThanOrEqualTo(0.8 * median(alone));
    }
  }

  @Test
  void connectionsBeyondTheLimitOfAnAddressAreRefusedAndTheOthersGoOn(@TempDir Path directory) {
    requireOpenFiles();
    try (KvCluster cluster = KvCluster.processes(1, directory);
        KvClient client = cluster.newClient()) {
      client.put("k", 1);
      try (Crowd crowd = new Crowd(cluster.addressOf("n1")).addIdle(1_300)) {
        // The client and the cluster's own have some of the 1,000.
        assertThat(crowd.served()).isBetween(990L, 999L);
        client.put("k", 2);
        assertThat(client.get("k")).hasValue(KvValue.of(2));
      }
      try (KvClient another = cluster.newClient()) {
        assertThat(another.get("k")).as("when they are gone").hasValue(KvValue.of(2));
      }
    }
  }

  private static void requireOpenFiles() {
    long limit =
        ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
            .getMaxFileDescriptorCount();
    if (limit < OPEN_FILES) {
      Skipped.skip(
          "many-connections",
          "it needs %d open files, `ulimit -n` is %d".formatted(OPEN_FILES, limit));
    }
  }

  private static long term(KvCluster cluster) {
    return cluster.status().up().stream().mapToLong(NodeStatus.Up::term).max().orElseThrow();
  }

  private static double writesPerSecond(KvClient client, Duration time) {
    long start = System.nanoTime();
    long elapsed = 0;
    long writes = 0;
    while (elapsed < time.toNanos()) {
      CompletableFuture.allOf(
              IntStream.range(0, 100)
                  .mapToObj(i -> client.async().put("k" + i, KvValue.of(i)))
                  .toArray(CompletableFuture[]::new))
          .join();
      writes += 100;
      elapsed = System.nanoTime() - start;
    }
    return writes * (double) TimeUnit.SECONDS.toNanos(1) / elapsed;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
