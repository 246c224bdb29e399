package io.relaykv.shell.environment;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaykv.client.NodeAddress;
import io.relaykv.shell.FakeCluster;
import io.relaykv.shell.ShellRunner;
import io.relaykv.shell.failure.ShellException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLookupTest {
  private final ShellRunner shell = new ShellRunner();
  @TempDir private Path directory;

  @BeforeEach
  void setUp() throws IOException {
    shell.homeDirectory = directory.resolve("home");
    shell.workingDirectory = Files.createDirectories(directory.resolve("checkout/some/where"));
    file("checkout/deploy/local-cluster.sh", "");
  }

  private Path file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A file of the usual form, for nodes on this machine. */
  private Path config(String name, int... ports) throws IOException {
    String nodes =
        IntStream.of(ports).mapToObj(port -> "\"localhost:" + port + "\"").collect(joining(", "));
    return file(name, "# ours\nnodes = [" + nodes + "]\napi-key-file = demo.key\n");
  }

  private void connects(String to, String... args) {
    shell.cluster.connections.clear();
    assertThat(shell.runAsIs(args).err()).doesNotStartWith("kv-shell:");
    assertThat(shell.cluster.connections).containsExactly(to + " PT5S");
  }

  @Test
  void aFlagBeatsTheEnvironmentBeatsTheCheckoutBeatsTheHomeDirectory() throws IOException {
    config("home/.config/relaykv/client.conf", 1);
    connects("client [localhost:1]", "get", "a");
    config("checkout/build/local-cluster/client.conf", 2);
    connects("client [localhost:2]", "get", "a");
    config("checkout/some/where/env.conf", 3);
    shell.variables.put("RELAYKV_CONFIG", "env.conf");
    connects("client [localhost:3]", "get", "a");
    Path flag = config("flag.conf", 4, 5);
    connects("client [localhost:4, localhost:5]", "--config", flag.toString(), "get", "a");
    connects(
        "client [localhost:6]", "--config", flag.toString(), "--nodes", "localhost:6", "get", "a");
  }

  @Test
  void theScriptOfACheckoutNamesIt() throws IOException {
    config("elsewhere/build/local-cluster/client.conf", 7);
    shell.variables.put("RELAYKV_CHECKOUT", directory.resolve("elsewhere").toString());
    connects("client [localhost:7]", "get", "a");
  }

  @Test
  void operatorsUseTheAdminFileBesideAClientFile() throws IOException {
    Path client = config("etc/client.conf", 8);
    connects("admin [localhost:8]", "--config", client.toString(), "status");
    config("etc/admin.conf", 9);
    connects("admin [localhost:9]", "--config", client.toString(), "status");
    connects("client [localhost:8]", "--config", client.toString(), "get", "a");
    Path other = config("etc/other.conf", 10);
    connects("admin [localhost:10]", "--config", other.toString(), "status");
  }

  @Test
  void sayWhereItLooked() {
    shell
        .runAsIs("get", "a")
        .is(
            2,
            "",
            """
            kv-shell: no cluster named: give --nodes HOST:PORT,.. or --config FILE
              %s/checkout/build/local-cluster/client.conf: no such file
              %s/home/.config/relaykv/client.conf: no such file
            hint: to start a cluster on this machine: deploy/local-cluster.sh up
            """
                .formatted(directory, directory));
  }

  @Test
  void namesAMissingFile() {
    assertThat(shell.runAsIs("--config", "none.conf", "get", "a"))
        .satisfies(result -> assertThat(result.exitCode()).isEqualTo(2))
        .satisfies(
            result ->
                assertThat(result.err())
                    .isEqualTo(
                        """
                        kv-shell: %s/none.conf: no such file
                        hint: the file holds a line such as: nodes = ["host:7400"]
                        """
                            .formatted(shell.workingDirectory)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                   | there are no nodes
          nodes = []                           | the list of nodes is empty
          nodes = ["a"]                        | "a" is no node address: expected host:port
          nodes = ["a:1"]\\nport = 1           | line 2: unknown key port; known are: nodes, api-key-file, tls.trust, \
          tls.certificate, tls.key, tls.enabled, insecure
          tls.trusted = x                      | line 1: unknown key tls.trusted; known are:
          tls = true                           | line 1: unknown key tls; known are:
          tls.enabled = 5                      | 1: tls.enabled has type NUMBER rather than BOOLEAN
          tls.key = k                          | tls.certificate and tls.key belong together
          tls.trust = t\\ntls.enabled = false  | there are files for TLS, and tls.enabled is false
          tls.trust = t\\ninsecure = true      | insecure is for plain text, and TLS is on
          nodes = 5                            | 1: nodes has type NUMBER rather than LIST
          nodes = ["a:1"                       | 1: List should have ended with ] or had a comma, instead had token: end of file
          """)
  void saysWhatIsWrongInAFile(String content, String message) throws IOException {
    Path file = file("bad.conf", content.replace("\\n", "\n"));
    ShellRunner.Result result = shell.runAsIs("--config", file.toString(), "get", "a");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("kv-shell: " + file + ": " + message);
  }

  private Connection connected(String... args) {
    assertThat(shell.runAsIs(args).err()).doesNotStartWith("kv-shell:");
    return shell.cluster.last.orElseThrow();
  }

  @Test
  void relativeNamesCountFromTheDirectoryOfTheFile() throws IOException {
    Path file =
        file(
            "etc/client.conf",
            """
            nodes = ["db1:1"]
            api-key-file = "keys/demo.key"
            tls { trust = ca.crt, certificate = "/abs/own.crt", key = "../own.key" }
            """);
    shell.workingDirectory = directory;
    Connection connection = connected("--config", "etc/client.conf", "get", "a");
    Path etc = file.getParent();
    assertThat(connection.apiKeyFile()).isEqualTo(etc.resolve("keys/demo.key"));
    assertThat(connection.protection())
        .isEqualTo(
            new Protection(
                true,
                Optional.of(etc.resolve("ca.crt")),
                Optional.of(
                    new Protection.OwnCertificate(
                        Path.of("/abs/own.crt"), etc.resolve("../own.key"))),
                false));
  }

  @Test
  void theSystemsAuthoritiesOrNoProtectionOnRequest() throws IOException {
    String common = "nodes = [\"db1:1\"]\napi-key-file = k\n";
    Path tls = file("tls.conf", common + "tls.enabled = true");
    assertThat(connected("--config", tls.toString(), "get", "a").protection())
        .isEqualTo(new Protection(true, Optional.empty(), Optional.empty(), false));
    Path insecure = file("insecure.conf", common + "insecure = true");
    assertThat(connected("--config", insecure.toString(), "get", "a").protection())
        .isEqualTo(new Protection(false, Optional.empty(), Optional.empty(), true));
  }

  @Test
  void theKeyIsNotSentInPlainTextToAnotherMachine() throws IOException {
    Path file = file("c.conf", "nodes = [\"localhost:1\", \"db1:1\"]\napi-key-file = k\n");
    shell
        .runAsIs("--config", file.toString(), "get", "a")
        .is(
            2,
            "",
            """
            kv-shell: db1:1 is not on this machine and would be sent the key in plain text
            hint: in the configuration file: tls.trust = "ca.crt" (or insecure = true where the \
            network is protected otherwise)
            """);
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void flagsForNodesAndKeyLeaveTheRestToTheFile() throws IOException {
    Path file = file("c.conf", "nodes = [\"db1:1\"]\napi-key-file = k\ntls.trust = ca.crt\n");
    String[] args = {
      "--config", file.toString(), "--nodes", "db9:9", "--api-key-file", "mine", "get", "a"
    };
    Connection connection = connected(args);
    assertThat(connection.nodes()).hasToString("[db9:9]");
    assertThat(connection.apiKeyFile()).isEqualTo(shell.workingDirectory.resolve("mine"));
    assertThat(connection.protection().trust()).contains(directory.resolve("ca.crt"));

    config("checkout/build/local-cluster/client.conf", 1);
    assertThat(connected("--nodes", "localhost:9", "get", "a").apiKeyFile())
        .as("of a file that is found")
        .isEqualTo(directory.resolve("checkout/build/local-cluster/demo.key"));
  }

  @Test
  void saysThatThereIsNoKey() throws IOException {
    shell
        .runAsIs("--nodes", "localhost:1", "get", "a")
        .is(
            2,
            "",
            """
            kv-shell: no API key: neither --api-key-file nor a configuration file names a file that \
            holds one
            hint: kv-shell --api-key-file FILE ..
            """);
    Path file = file("admin.conf", "nodes = [\"localhost:1\"]\n");
    assertThat(shell.runAsIs("--config", file.toString(), "status").err())
        .startsWith(
            "kv-shell: no admin key: neither --api-key-file nor %s names a file".formatted(file));
  }

  @Test
  void filesOfTheConnectionThatAreNoUseAreNamed() throws IOException {
    Path key = file("the.key", "rk_17_" + FakeCluster.SECRET + "\n");
    file("rubbish", FakeCluster.SECRET);
    NetworkConnector network = new NetworkConnector();
    Connection good = connection(key, Protection.NONE);
    network.client(good).close();
    Protection rubbish =
        new Protection(true, Optional.of(directory.resolve("rubbish")), Optional.empty(), false);
    assertThatThrownBy(() -> network.client(connection(key, rubbish)))
        .isInstanceOf(ShellException.class)
        .hasMessageContaining(directory.resolve("rubbish").toString());
    assertThatThrownBy(() -> network.admin(good))
        .isInstanceOf(ShellException.class)
        .hasMessageContaining(key.toString())
        .hasMessageContaining("admin key");
    assertThatThrownBy(() -> network.client(connection(directory.resolve("none"), Protection.NONE)))
        .isInstanceOf(ShellException.class)
        .hasMessageContaining(directory.resolve("none").toString());
    assertThatThrownBy(
            () -> network.client(connection(directory.resolve("rubbish"), Protection.NONE)))
        .isInstanceOf(ShellException.class)
        .hasMessageContaining(directory.resolve("rubbish").toString())
        .hasMessageNotContaining(FakeCluster.SECRET);
  }

  private static Connection connection(Path key, Protection protection) {
    return new Connection(
        List.of(NodeAddress.parse("localhost:1")), key, protection, Duration.ofSeconds(1));
  }
}
