package io.relaykv.tests.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.testkit.KvCluster;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that faults can be put into do not outlive a test that dies without a word. */
@Tag("fault")
class NoOrphansIT {
  private static final String UP = "up";

  /** A test that has a cluster, and goes on for ever. */
  static final class Doomed {
    public static void main(String[] args) throws InterruptedException {
      KvCluster.processesWithFaults(1, Path.of(args[0]), Map.of());
      System.out.println(UP);
      new CountDownLatch(1).await();
    }
  }

  @Test
  void theyEndWithTheTest(@TempDir Path directory) throws Exception {
    Process doomed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Doomed.class.getName(),
                directory.resolve("cluster").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<ProcessHandle> nodes = List.of();
    try (BufferedReader output = doomed.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.lines().anyMatch(UP::equals)).as("the cluster is up").isTrue();
      nodes = doomed.children().toList();
      assertThat(nodes).isNotEmpty();
      doomed.destroyForcibly().waitFor();
      for (ProcessHandle node : nodes) {
        await("the node to end").atMost(Duration.ofSeconds(20)).until(() -> !node.isAlive());
      }
    } finally {
      doomed.destroyForcibly();
      nodes.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
