package io.relaykv.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.NotAllowedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  private final ShellRunner shell = new ShellRunner();

  @Test
  void helpGoesToStdout() {
    for (String flag : new String[] {"help", "--help", "-h"}) {
      ShellRunner.Result help = shell.runAsIs(flag);
      assertThat(help.exitCode()).isZero();
      assertThat(help.err()).isEmpty();
      assertThat(help.out())
          .startsWith("Usage: kv-shell [OPTION..] COMMAND\n")
          .contains("get", "put", "delete", "keys", "status", "Exit codes:", "--config", "--nodes");
    }
    assertThat(shell.runAsIs("help", "put").out()).startsWith("Usage: kv-shell [OPTION..] put KEY");
    assertThat(shell.runAsIs("help", "put").out()).isEqualTo(shell.runAsIs("put", "-h").out());
    assertThat(shell.runAsIs("help").out()).doesNotContain("\u001b");
  }

  @Test
  void helpForNoCommand() {
    shell.runAsIs("help", "nix").is(2, "", "kv-shell: no such command: nix\nhint: kv-shell help\n");
  }

  @Test
  void versionGoesToStdout() {
    ShellRunner.Result version = shell.runAsIs("--version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).matches("kv-shell \\S+ \\(Java \\d+.*\\)\n");
  }

  @Test
  void noCommandIsAUsageError() {
    ShellRunner.Result result = shell.runAsIs();
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("Usage: kv-shell");
  }

  @Test
  void anUnknownCommand() {
    shell
        .runAsIs("stats")
        .is(
            2,
            "",
            """
            kv-shell: no such command: stats
              did you mean status, latency?
            hint: kv-shell help
            """);
  }

  @Test
  void aCommandByTheNameThatItHasElsewhere() {
    String err = "kv-shell: no such command: %s\n  did you mean %s?\nhint: kv-shell help\n";
    shell.runAsIs("ls", "flags/").is(2, "", err.formatted("ls", "keys"));
    shell.runAsIs("set", "k", "1").is(2, "", err.formatted("set", "put"));
    assertThat(shell.runAsIs("member", "ls").err()).contains("did you mean list?");
  }

  @Test
  void anUnknownCommandOfAGroup() {
    shell
        .runAsIs("account", "lst")
        .is(
            2,
            "",
            """
            kv-shell: no such command: account lst
              did you mean list?
            hint: kv-shell help account
            """);
    assertThat(shell.runAsIs("account").err()).startsWith("Usage: kv-shell [OPTION..] account");
    assertThat(shell.runAsIs("help", "apikey", "create").out())
        .startsWith("Usage: kv-shell [OPTION..] apikey create")
        .contains("--nodes", "--expires");
    shell
        .runAsIs("help", "account", "x")
        .is(2, "", "kv-shell: no such command: account x\nhint: kv-shell help\n");
  }

  @Test
  void aWholeKeyIsRefusedOnAnyCommandLineAndNotRepeated() {
    String key = "rk_17_" + FakeCluster.SECRET;
    for (String[] args :
        new String[][] {
          {"apikey", "disable", key},
          {"get", key},
          {"--api-key-file", key, "status"},
          {"put", "k", "-s", "my " + key},
          {"nonsense", "rk_admin_" + FakeCluster.SECRET}
        }) {
      shell
          .run(args)
          .is(
              2,
              "",
              """
              kv-shell: an argument holds a whole API key; others on this machine can read it there
              hint: give its id alone, such as rk_17, or the name of a file that holds the key
              """);
    }
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void aKeyThatIsNotAllowed() {
    shell.cluster.failures.put("a", new NotAllowedException("the API key is not valid", List.of()));
    shell
        .run("get", "a")
        .is(
            3,
            "",
            """
            kv-shell: the API key is not valid
            hint: operators see which keys there are and what they allow: kv-shell apikey list
            """);
  }

  @Test
  void anUnknownOption() {
    shell
        .run("status", "--al\u001bl")
        .is(2, "", "kv-shell: Unknown option: '--al\\u001bl'\nhint: kv-shell help status\n");
  }

  @Test
  void optionsStandBeforeOrBehindTheCommand() {
    shell.cluster.values.put("a", KvValue.of(1));
    String key = "--api-key-file=key";
    shell
        .runAsIs(key, "--nodes", "localhost:1,127.0.0.2:2", "-t", "500ms", "get", "a")
        .is(0, "1\n", "");
    shell.runAsIs("get", "a", "--nodes", "localhost:1", "-t", "2m", key).is(0, "1\n", "");
    shell.runAsIs("get", "a", key, "--nodes", "[::1]:7").is(0, "1\n", "");
    assertThat(shell.cluster.connections)
        .containsExactly(
            "client [localhost:1, 127.0.0.2:2] PT0.5S",
            "client [localhost:1] PT2M",
            "client [[::1]:7] PT5S");
  }

  @Test
  void badOptionValues() {
    assertThat(shell.runAsIs("--nodes", "db1", "get", "a"))
        .isEqualTo(
            new ShellRunner.Result(
                2,
                "",
                """
                kv-shell: Invalid value for option '--nodes' (HOST:PORT): "db1" is no node address: \
                expected host:port
                hint: kv-shell help
                """));
    assertThat(shell.run("-o", "xml", "get", "a").err())
        .startsWith(
            "kv-shell: Invalid value for option '--output': 'xml' is none of plain, json, jsonl, table");
    for (String time : new String[] {"5", "0s", "6m", "1h", "", "-1s"}) {
      ShellRunner.Result result = shell.run("-t", time, "get", "a");
      assertThat(result.exitCode()).as(time).isEqualTo(2);
      assertThat(result.err()).as(time).contains("'--timeout'");
    }
  }

  @Test
  void anInternalError() {
    shell.cluster.failures.put("a", new IllegalStateException("oops"));
    shell
        .run("get", "a")
        .is(
            10,
            "",
            """
            kv-shell: internal error: java.lang.IllegalStateException: oops
            hint: RELAYKV_DEBUG=1 shows where it happened
            """);
    shell.variables.put("RELAYKV_DEBUG", "1");
    assertThat(shell.run("get", "a").err()).contains("\tat io.relaykv.shell.");
  }
}
