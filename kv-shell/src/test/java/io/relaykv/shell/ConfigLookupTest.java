package io.relaykv.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private void connects(String to, String... args) {
    shell.cluster.connections.clear();
    assertThat(shell.runAsIs(args).err()).doesNotStartWith("kv-shell:");
    assertThat(shell.cluster.connections).containsExactly(to + " PT5S");
  }

  @Test
  void aFlagBeatsTheEnvironmentBeatsTheCheckoutBeatsTheHomeDirectory() throws IOException {
    file("home/.config/relaykv/client.conf", "nodes = [\"home:1\"]");
    connects("client [home:1]", "get", "a");
    file("checkout/build/local-cluster/client.conf", "nodes = [\"checkout:1\"]");
    connects("client [checkout:1]", "get", "a");
    file("checkout/some/where/env.conf", "nodes = [\"env:1\"]");
    shell.variables.put("RELAYKV_CONFIG", "env.conf");
    connects("client [env:1]", "get", "a");
    Path flag = file("flag.conf", "# ours\nnodes = [\"flag:1\", \"flag:2\"]\n");
    connects("client [flag:1, flag:2]", "--config", flag.toString(), "get", "a");
    connects("client [nodes:1]", "--config", flag.toString(), "--nodes", "nodes:1", "get", "a");
  }

  @Test
  void theScriptOfACheckoutNamesIt() throws IOException {
    file("elsewhere/build/local-cluster/client.conf", "nodes = [\"elsewhere:1\"]");
    shell.variables.put("RELAYKV_CHECKOUT", directory.resolve("elsewhere").toString());
    connects("client [elsewhere:1]", "get", "a");
  }

  @Test
  void operatorsUseTheAdminFileBesideAClientFile() throws IOException {
    Path client = file("etc/client.conf", "nodes = [\"client:1\"]");
    connects("admin [client:1]", "--config", client.toString(), "status");
    file("etc/admin.conf", "nodes = [\"admin:1\"]");
    connects("admin [admin:1]", "--config", client.toString(), "status");
    connects("client [client:1]", "--config", client.toString(), "get", "a");
    Path other = file("etc/other.conf", "nodes = [\"other:1\"]");
    connects("admin [other:1]", "--config", other.toString(), "status");
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
          nodes = ["a:1"]\\nport = 1           | line 2: unknown key port; known is: nodes
          nodes = 5                            | 1: nodes has type NUMBER rather than LIST
          nodes = ["a:1"                       | 1: List should have ended with ] or had a comma, instead had token: end of file
          """)
  void saysWhatIsWrongInAFile(String content, String message) throws IOException {
    Path file = file("bad.conf", content.replace("\\n", "\n"));
    ShellRunner.Result result = shell.runAsIs("--config", file.toString(), "get", "a");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("kv-shell: " + file + ": " + message);
  }
}
