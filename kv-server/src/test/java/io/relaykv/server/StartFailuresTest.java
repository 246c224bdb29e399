package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.server.tls.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: whatever keeps a node from starting is one line, an exit code and an end. */
@Timeout(120)
class StartFailuresTest {
  @TempDir private Path directory;
  private NodeSettings settings;

  @BeforeEach
  void findPorts() {
    settings = NodeSettings.in(directory);
  }

  @Test
  void aNodeWithoutDataIsToldToBootstrap() throws Exception {
    assertRefused(
        ExitCodes.DATA_REFUSED,
        settings.data() + " holds no RelayKV node: for a new cluster, run `kv-server bootstrap`");
  }

  @Test
  void dataOfAnotherNodeIsRefused() throws Exception {
    NodeDirectory.bootstrap(settings.with("cluster.name", "other").config());

    assertRefused(
        ExitCodes.DATA_REFUSED,
        "node.properties says cluster.name = other; the configuration says test");
  }

  @Test
  void eachPortThatIsTakenIsNamed() throws Exception {
    NodeDirectory.bootstrap(settings.config());

    assertTakenPortIsNamed("listen.client", settings.clientPort());
    assertTakenPortIsNamed("listen.peer", settings.peerPort());
    assertTakenPortIsNamed("listen.http", settings.httpPort());
  }

  private void assertTakenPortIsNamed(String setting, int port) throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          ExitCodes.START_FAILED,
          "cannot listen at %s = 127.0.0.1:%d: ".formatted(setting, taken.getLocalPort()));
    }
  }

  @Test
  void aDamagedLogIsRefused() throws Exception {
    NodeDirectory.bootstrap(settings.config());
    runOnce();
    damage(findFile("log_inprogress_0"));

    assertRefused(
        ExitCodes.DATA_REFUSED,
        "log_inprogress_0 is damaged at byte 8, where entry 0 begins; restore this node's data or replace the node");
  }

  @Test
  void aLostVoteIsRefused() throws Exception {
    NodeDirectory.bootstrap(settings.config());
    runOnce();
    Files.writeString(findFile("raft-meta"), "garbage");

    assertRefused(
        ExitCodes.DATA_REFUSED,
        "raft-meta is damaged: it names no term and vote; restore this node's data or replace");
  }

  @Test
  void aDamagedDatabaseIsRefused() throws Exception {
    NodeDirectory.bootstrap(settings.config());
    runOnce();
    Files.writeString(settings.data().resolve("db/CURRENT"), "MANIFEST-999999\n");

    assertRefused(ExitCodes.DATA_REFUSED, "db is damaged: ");
  }

  @Test
  void aDamagedSnapshotIsRefused() throws Exception {
    NodeDirectory.bootstrap(settings.config());
    runOnce(() -> TestKeys.create(settings.clientPort(), "test"));
    // The database is ahead of the log's snapshots, of which there are none yet: this makes one.
    runOnce();
    Path current = findFile("snapshot.manifest").resolveSibling("CURRENT");
    Files.writeString(current, "MANIFEST-999999\n");

    assertRefused(
        ExitCodes.DATA_REFUSED,
        "the snapshot file %s is damaged: its content has changed".formatted(current));
  }

  @Test
  void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
    Files.writeString(settings.data(), "a file");

    try (var process = start("bootstrap")) {
      assertThat(process.awaitEnd(30)).isEqualTo(ExitCodes.START_FAILED);
      assertThat(process.stderr())
          .singleElement()
          .asString()
          .isEqualTo("kv-server: %s is not a directory", settings.data());
    }
  }

  @Test
  void everyMistakeInTheConfigurationIsALine() throws Exception {
    Files.writeString(directory.resolve("n1.conf"), "node.id = n1\nlisten.klient = \"x\"\n");

    try (var process =
        ServerProcess.start(
            directory, "start", "--config", directory.resolve("n1.conf").toString())) {
      assertThat(process.awaitEnd(30)).isEqualTo(ExitCodes.USAGE);
      assertThat(process.stderr())
          .allMatch(line -> line.startsWith("kv-server: "))
          .anyMatch(line -> line.contains("unknown key `listen.klient`"))
          .anyMatch(line -> line.contains("`cluster.peers`"));
    }
  }

  @Test
  void aCertificateThatCannotBeUsedIsNamed() throws Exception {
    NodeDirectory.bootstrap(settings.config());
    TestCertificates.authority("servers")
        .certificateFor("n1")
        .expired()
        .signed()
        .write(directory, "n1");
    settings =
        settings
            .with("tls.client.certificate", directory.resolve("n1.crt").toString())
            .with("tls.client.key", directory.resolve("n1.key").toString());

    assertRefused(
        ExitCodes.USAGE,
        "`tls.client.certificate` = %s expired at ".formatted(directory.resolve("n1.crt")));
    try (var process = start("check-config")) {
      assertThat(process.awaitEnd(30)).isEqualTo(ExitCodes.USAGE);
      assertThat(process.stderr()).singleElement().asString().contains(" expired at ");
    }
  }

  @Test
  void aNodeThatIsToldToStopEndsInOrder() throws Exception {
    NodeDirectory.bootstrap(settings.config());

    runOnce();
    runOnce();
  }

  @Test
  void aNodeThatIsToldToStopWhileItStartsEndsInOrderToo() throws Exception {
    NodeDirectory.bootstrap(settings.config());

    try (var process = start("start")) {
      await("the start to be under way")
          .pollInterval(Duration.ofMillis(1))
          .until(() -> Files.exists(settings.data().resolve("audit.log")));
      process.terminate();
      assertThat(process.awaitEnd(30)).as("exit code").isEqualTo(ExitCodes.OK);
      assertThat(process.stderr()).isEmpty();
    }
    runOnce();
  }

  /** Starts the node, waits until it leads, and stops it. */
  private void runOnce() throws Exception {
    runOnce(() -> {});
  }

  /** The same, with something to do between. */
  private void runOnce(Runnable work) throws Exception {
    try (var process = start("start")) {
      await("the node to lead")
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  process.stdout().contains("serves clients")
                      && process.stdout().contains("n1 leads"));
      work.run();
      process.terminate();
      assertThat(process.awaitEnd(30)).as("exit code").isEqualTo(ExitCodes.OK);
      assertThat(process.stderr()).isEmpty();
      assertThat(process.stdout()).contains("Node n1 has stopped");
    }
  }

  private void assertRefused(int exitCode, String reason) throws Exception {
    try (var process = start("start")) {
      assertThat(process.awaitEnd(30))
          .as("exit code, with %s", process.stderr())
          .isEqualTo(exitCode);
      assertThat(process.stderr())
          .singleElement()
          .asString()
          .startsWith("kv-server: ")
          .contains(reason);
    }
  }

  private ServerProcess start(String command) throws IOException {
    return ServerProcess.start(directory, command, "--config", settings.write().toString());
  }

  private Path findFile(String name) throws IOException {
    try (Stream<Path> files = Files.walk(settings.data())) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  /** Flips a bit of the first entry, behind the header and the entry's length. */
  private static void damage(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[12] ^= 1;
    Files.write(file, content);
  }
}
