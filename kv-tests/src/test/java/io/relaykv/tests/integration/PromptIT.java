package io.relaykv.tests.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt of {@code kv-shell} on a terminal of the operating system, against a cluster. */
class PromptIT {
  /** Of util-linux: runs a command on a terminal, and passes on what is typed and shown. */
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  @TempDir private Path directory;

  @Test
  void runsCommandsAndOutlivesTheirInterruption() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), SCRIPT + " is not there");
    try (KvCluster cluster = KvCluster.inProcess(3, directory.resolve("cluster"))) {
      Path screen = directory.resolve("screen");
      Process shell = start(cluster, screen);
      try (OutputStream keys = shell.getOutputStream()) {
        awaitScreen(screen, "healthy> ");
        type(keys, "put flags/a '[1, 2]'\r");
        await("the value").until(() -> value(cluster).equals("[1,2]"));
        type(keys, "get fl\t\r");
        awaitScreen(screen, "\n[1,2]");
        type(keys, "status --watch=5m\r");
        awaitScreen(screen, "UPTIME");
        type(keys, CTRL_C);
        awaitScreen(screen, "kv-shell: interrupted");
        type(keys, "doctor -o jsonl --observe 0s\r");
        awaitScreen(screen, "{\"check\":\"clock\",\"about\":\"this machine\",\"level\":\"ok\",");
        type(keys, "get nothing\r");
        awaitScreen(screen, "not found: nothing");
        type(keys, CTRL_D);
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
      } finally {
        shell.destroyForcibly();
      }
    }
  }

  private static String value(KvCluster cluster) {
    try (var client = cluster.newClient()) {
      return client.get("flags/a").map(KvValue::toJson).orElse("");
    }
  }

  private Process start(KvCluster cluster, Path screen) throws IOException {
    Files.writeString(directory.resolve("app.key"), cluster.apiKey());
    Files.writeString(directory.resolve("admin.key"), cluster.adminKey());
    String nodes = "nodes = [\"%s\"]\n".formatted(String.join("\", \"", cluster.addresses()));
    Files.writeString(directory.resolve("client.conf"), nodes + "api-key-file = app.key\n");
    Files.writeString(directory.resolve("admin.conf"), nodes + "api-key-file = admin.key\n");
    // In the background, where tests may run, Ctrl-C is ignored, and so would the shell.
    String command =
        "stty columns 200 rows 50; exec env --default-signal=INT '%s' -cp '%s' -Duser.home='%s' -Drelaykv.terminals=012 io.relaykv.shell.KvShellMain"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                directory);
    ProcessBuilder builder =
        new ProcessBuilder(List.of(SCRIPT.toString(), "-qefc", command, "/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile());
    builder.environment().put("RELAYKV_CONFIG", directory.resolve("client.conf").toString());
    builder.environment().put("TERM", "xterm");
    builder.environment().put("NO_COLOR", "1");
    builder.environment().remove("XDG_STATE_HOME");
    return builder.start();
  }

  private static void type(OutputStream keys, String text) throws IOException {
    keys.write(text.getBytes(UTF_8));
    keys.flush();
  }

  /** Without what moves the cursor. */
  private static String shown(Path screen) throws IOException {
    return Files.readString(screen).replaceAll("\u001b\\[[0-9;?]*[A-Za-z]|\u001b[=>]", "");
  }

  private static void awaitScreen(Path screen, String text) {
    await("\"" + text + "\" on the screen")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(shown(screen)).contains(text));
  }
}
