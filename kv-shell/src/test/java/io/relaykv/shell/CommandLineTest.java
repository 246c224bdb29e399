package io.relaykv.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
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
              did you mean status?
            hint: kv-shell help
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
    shell.runAsIs("--nodes", "db1:1,db2:2", "-t", "500ms", "get", "a").is(0, "1\n", "");
    shell.runAsIs("get", "a", "--nodes", "db1:1", "-t", "2m").is(0, "1\n", "");
    shell.runAsIs("get", "a", "--nodes", "[::1]:7").is(0, "1\n", "");
    assertThat(shell.cluster.connections)
        .containsExactly(
            "client [db1:1, db2:2] PT0.5S", "client [db1:1] PT2M", "client [[::1]:7] PT5S");
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
