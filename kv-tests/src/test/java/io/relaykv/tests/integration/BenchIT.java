package io.relaykv.tests.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv-shell bench} and {@code latency} against a cluster, each in a process of its own. */
class BenchIT {
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private static KvCluster cluster;
  private static KvClient client;
  private static Path key;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    cluster = KvCluster.inProcess(3, directory.resolve("cluster"));
    client = cluster.newClient();
    key = Files.writeString(directory.resolve("key"), cluster.apiKey());
  }

  @AfterAll
  static void stop() {
    client.close();
    cluster.close();
  }

  @Test
  void measuresAndCleansUp() throws Exception {
    Process shell =
        shell(
            "-o",
            "json",
            "bench",
            "mixed",
            "--keys",
            "300",
            "--clients",
            "3",
            "--duration",
            "1s",
            "--warmup",
            "0s");
    KvValue report = KvValue.parse(output(shell));
    assertThat(shell.waitFor()).isZero();
    assertThat(report.asMap().get("failures").asList()).isEmpty();
    assertThat(report.asMap().get("operations").asMap().keySet())
        .containsExactly("put", "get", "all");
    assertThat(client.keys("kv-bench/")).isEmpty();
  }

  @Test
  void tellsWhatItHasMeasuredAndCleansUpWhenItIsEnded() throws Exception {
    Process shell = shell("bench", "put", "--duration", "10m", "--warmup", "0s");
    BufferedReader progress =
        new BufferedReader(new InputStreamReader(shell.getErrorStream(), UTF_8));
    assertThat(progress.readLine()).startsWith("measuring");
    // Process.destroy would close the streams too.
    shell.toHandle().destroy();
    assertThat(output(shell)).contains("OPS/S").contains("\nput ");
    assertThat(shell.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
    assertThat(client.keys("kv-bench/")).isEmpty();
  }

  @Test
  void tellsLatenciesInOneLine() throws Exception {
    Process shell = shell("latency", "--count", "20");
    assertThat(output(shell)).matches("put p50 [^;]* ms; get p50 [^;]* ms\n");
    assertThat(shell.waitFor()).isZero();
    assertThat(client.keys("kv-bench/")).isEmpty();
  }

  private static Process shell(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.relaykv.shell.KvShellMain",
                // Or it would find that of a local cluster in this checkout.
                "--config",
                Files.writeString(key.resolveSibling("client.conf"), "").toString(),
                "--nodes",
                String.join(",", cluster.addresses()),
                "--api-key-file",
                key.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static String output(Process shell) throws IOException {
    return new String(shell.getInputStream().readAllBytes(), UTF_8);
  }
}
