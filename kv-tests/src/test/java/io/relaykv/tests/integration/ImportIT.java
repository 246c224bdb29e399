package io.relaykv.tests.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv-shell import} in a process of its own, which Ctrl-C ends. */
class ImportIT {
  private static final int ENDED_BY_SIGINT = 128 + 2;
  private static final Pattern GO_ON =
      Pattern.compile("to go on: kv-shell import - --from-line (\\d+)\n");

  @Test
  void saysHowToGoOnWhenCtrlCEndsIt(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.inProcess(3, directory.resolve("cluster"));
        KvClient client = cluster.newClient()) {
      Process shell = importing(cluster, directory);
      try {
        interrupt(shell, client);
      } finally {
        shell.destroyForcibly();
      }
    }
  }

  private static void interrupt(Process shell, KvClient client) throws Exception {
    Thread feeder = new Thread(() -> feed(shell), "feeder");
    feeder.start();
    await("the first entries").until(() -> client.get("k100").isPresent());
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(shell.pid())).start().waitFor())
        .isZero();
    await("its end").until(() -> !shell.isAlive());
    String said = new String(shell.getErrorStream().readAllBytes(), UTF_8);
    assertThat(shell.exitValue()).isEqualTo(ENDED_BY_SIGINT);
    feeder.join();
    assertThat(said).contains("what is before it is stored");
    Matcher goOn = GO_ON.matcher(said);
    assertThat(goOn.find()).as(said).isTrue();
    // Line 1 has k0.
    assertThat(client.get("k" + (Long.parseLong(goOn.group(1)) - 2))).isPresent();
  }

  private static Process importing(KvCluster cluster, Path directory) throws IOException {
    Path key = Files.writeString(directory.resolve("key"), cluster.apiKey());
    return new ProcessBuilder(
            List.of(
                // Whoever runs in the background ignores it, and so would its children.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.relaykv.shell.KvShellMain",
                "--config",
                Files.writeString(directory.resolve("client.conf"), "").toString(),
                "--nodes",
                String.join(",", cluster.addresses()),
                "--api-key-file",
                key.toString(),
                "import"))
        .start();
  }

  /** More lines than it can store, until it reads no more. */
  private static void feed(Process shell) {
    try (Writer lines =
        new BufferedWriter(new OutputStreamWriter(shell.getOutputStream(), UTF_8))) {
      for (long i = 0; ; i++) {
        lines.write("{\"key\":\"k%d\",\"value\":%d}\n".formatted(i, i));
      }
    } catch (IOException e) {
      // It has ended.
    }
  }
}
