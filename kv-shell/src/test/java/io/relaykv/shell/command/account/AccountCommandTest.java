package io.relaykv.shell.command.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.AccountInfo;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountCommandTest {
  private static final String SHOP =
      "{\"id\":7,\"name\":\"shop\",\"maxBytes\":null,\"usedBytes\":1234,\"apiKeys\":0,"
          + "\"createdAt\":\"2026-01-02T03:04:05Z\"}";

  private final ShellRunner shell = new ShellRunner();

  @Test
  void createsInSilence() {
    shell.run("account", "create", "shop").is(0, "", "");
    assertThat(shell.cluster.accounts).containsOnlyKeys("shop");
    assertThat(shell.cluster.connections).containsExactly("admin [localhost:7400] PT5S");
    shell
        .run("account", "create", "shop")
        .is(4, "", "kv-shell: there is an account shop already\n");
  }

  @Test
  void createReportsInOtherFormats() {
    shell.run("-o", "json", "account", "create", "shop").is(0, SHOP + "\n", "");
    assertThat(shell.run("account", "create", "b", "-o", "jsonl").out())
        .startsWith("{\"id\":8,\"name\":\"b\"");
    assertThat(shell.run("-o", "table", "account", "create", "c").out())
        .startsWith("NAME  ID  MAX BYTES  USED BYTES  API KEYS  CREATED\nc     9   no limit");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "1048576,1048576",
    "5B,5",
    "3KiB,3072",
    "64MiB,67108864",
    "1GiB,1073741824",
    "2TiB,2199023255552",
    "9223372036854775807,9223372036854775807"
  })
  void sizes(String text, long bytes) {
    shell.run("account", "create", "shop", "--max-bytes", text).is(0, "", "");
    assertThat(shell.cluster.accounts.get("shop").maxBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "1MB",
        "1.5GiB",
        "GiB",
        "1 GiB",
        "9223372036854775808",
        "9999999TiB"
      })
  void whatIsNoSize(String text) {
    ShellRunner.Result result = shell.run("account", "create", "shop", "--max-bytes=" + text);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .contains("--max-bytes")
        .endsWith("hint: kv-shell help account create\n");
    assertThat(shell.cluster.accounts).isEmpty();
  }

  @Test
  void lists() {
    shell.run("account", "create", "shop");
    shell.run("account", "create", "app", "--max-bytes", "64MiB");
    String table =
        """
        NAME  ID  MAX BYTES  USED BYTES  API KEYS  CREATED
        app   8   67108864   1234        0         2026-01-02T03:04:05Z
        shop  7   no limit   1234        0         2026-01-02T03:04:05Z
        """;
    shell.run("account", "list").is(0, table, "");
    shell.run("-o", "table", "account", "list").is(0, table, "");
    assertThat(shell.run("-o", "json", "account", "list").out())
        .startsWith("[{\"id\":8,\"name\":\"app\",\"maxBytes\":67108864,")
        .endsWith("," + SHOP + "]\n");
    assertThat(shell.run("-o", "jsonl", "account", "list").out().lines()).hasSize(2).endsWith(SHOP);
  }

  @Test
  void shows() {
    shell.run("account", "create", "shop");
    assertThat(shell.run("account", "show", "shop").out()).contains("\nshop  7   no limit");
    shell.run("-o", "json", "account", "show", "shop").is(0, SHOP + "\n", "");
    shell.run("account", "show", "x").is(4, "", "kv-shell: there is no account \"x\"\n");
  }

  @Test
  void deletesWhatIsSaidTwiceAtOnceAndInSilence() {
    shell.run("account", "create", "shop");
    shell
        .run("account", "delete", "shop")
        .is(
            2,
            "",
            """
            kv-shell: this would delete account shop, its API keys (0) and its data (about 1.2 KiB), and nothing brings them back
            hint: kv-shell account delete shop --yes
            """);
    assertThat(shell.cluster.accounts).containsKey("shop");
    shell.run("account", "delete", "shop", "--yes").is(0, "", "");
    assertThat(shell.cluster.accounts).isEmpty();
    shell
        .run("-o", "json", "account", "delete", "shop", "--yes")
        .is(0, "{\"name\":\"shop\",\"result\":\"deleted\"}\n", "");
    shell.run("account", "delete", "shop").is(0, "", "");
  }

  @Test
  void saysWhereToLookWhenTheOutcomeIsUnknown() {
    shell.cluster.adminFailure =
        Optional.of(
            new OutcomeUnknownException(
                "create account shop: no answer within 5000 ms",
                List.of(new NodeFailure("db1:7400", "connection lost"))));
    shell
        .run("account", "create", "shop")
        .is(
            6,
            "",
            """
            kv-shell: create account shop: no answer within 5000 ms
              db1:7400: connection lost
            hint: it may or may not have been applied; look first: kv-shell account list
            """);
    assertThat(shell.run("apikey", "delete", "17").err()).endsWith("kv-shell apikey list\n");
    shell.cluster.adminFailure = Optional.of(new UnavailableException("no leader", List.of()));
    assertThat(shell.run("account", "list").exitCode()).isEqualTo(5);
  }

  @Test
  void leavesNoControlCharactersToATerminal() {
    shell.cluster.accounts.put(
        "x", new AccountInfo(1, "a\u001b[2J\u009b", 0, 0, 0, ShellRunner.NOW));
    assertThat(shell.run("account", "list").out()).contains("a\\u001b[2J\\u009b");
    shell.terminal = true;
    assertThat(shell.run("-o", "json", "account", "list").out()).doesNotContain("\u001b", "\u009b");
  }
}
