package io.relaykv.shell.command.data;

import io.relaykv.client.KvValue;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GetCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @BeforeEach
  void fill() {
    shell.cluster.values.put("a", KvValue.of("x \"y\"\n\u00e9"));
    shell.cluster.values.put("b", KvValue.parse("{\"z\": [1.0, null], \"a\": true}"));
    shell.cluster.values.put("n", KvValue.ofNull());
  }

  @Test
  void printsJsonInTheOrderOfTheArguments() {
    shell
        .run("get", "b", "n", "a", "b")
        .is(
            0,
            """
            {"z":[1.0,null],"a":true}
            null
            "x \\"y\\"\\n\u00e9"
            {"z":[1.0,null],"a":true}
            """,
            "");
  }

  @Test
  void namesAMissingKeyAndGoesOn() {
    shell
        .run("get", "b", "x", "n")
        .is(1, "{\"z\":[1.0,null],\"a\":true}\nnull\n", "not found: x\n");
  }

  @Test
  void printsRawStringsOnRequest() {
    shell.run("get", "--raw", "a", "n").is(0, "x \"y\"\n\u00e9\nnull\n", "");
  }

  @Test
  void printsOneJsonDocument() {
    shell
        .run("-o", "json", "get", "n", "x", "b")
        .is(
            1,
            """
            [{"key":"n","value":null},{"key":"b","value":{"z":[1.0,null],"a":true}}]
            """,
            "not found: x\n");
    shell.run("-o", "json", "get", "x").is(1, "[]\n", "not found: x\n");
  }

  @Test
  void printsJsonLines() {
    shell
        .run("get", "n", "b", "-o", "jsonl")
        .is(
            0,
            """
            {"key":"n","value":null}
            {"key":"b","value":{"z":[1.0,null],"a":true}}
            """,
            "");
  }

  @Test
  void printsATable() {
    shell
        .run("-o", "table", "get", "n", "b")
        .is(
            0,
            """
            KEY  VALUE
            n    null
            b    {"z":[1.0,null],"a":true}
            """,
            "");
  }

  @Test
  void printsTheDeepestValueInADocument() {
    String deep = "[".repeat(64) + "]".repeat(64);
    shell.cluster.values.put("deep", KvValue.parse(deep));
    shell
        .run("-o", "json", "get", "deep")
        .is(0, "[{\"key\":\"deep\",\"value\":" + deep + "}]\n", "");
  }

  @Test
  void refusesRawInOtherFormats() {
    shell
        .run("-o", "json", "get", "--raw", "a")
        .is(2, "", "kv-shell: --raw is for plain output, not for json\n");
  }

  @Test
  void refusesBadKeys() {
    shell.run("get", "a b").is(2, "", "kv-shell: key \"a b\" is not a key\n");
  }

  @Test
  void needsAKey() {
    shell
        .run("get")
        .is(2, "", "kv-shell: Missing required parameter: 'KEY'\nhint: kv-shell help get\n");
  }

  @Test
  void printsWhatItGotBeforeAFailure() {
    shell.cluster.failures.put(
        "x",
        new UnavailableException(
            "no leader answered within 5 s",
            List.of(
                new NodeFailure("db1:7400", "connection refused"),
                new NodeFailure("db2:7400", "not leader, no leader known"))));
    shell
        .run("get", "n", "x", "a")
        .is(
            5,
            "null\n",
            """
            kv-shell: no leader answered within 5 s
              db1:7400: connection refused
              db2:7400: not leader, no leader known
            hint: nothing was changed; how the cluster is: kv-shell status
            """);
    shell.run("-o", "jsonl", "get", "x").is(5, "", shell.run("get", "x").err());
  }

  @Test
  void leavesNoControlCharactersToATerminal() {
    shell.cluster.values.put("evil", KvValue.of("\u001b[2J\u009b2J\u007f\tend"));
    shell.run("get", "--raw", "evil").is(0, "\u001b[2J\u009b2J\u007f\tend\n", "");
    shell.terminal = true;
    shell.run("get", "--raw", "evil").is(0, "\\u001b[2J\\u009b2J\\u007f\tend\n", "");
    shell.run("get", "evil").is(0, "\"\\u001b[2J\\u009b2J\\u007f\\tend\"\n", "");
    shell
        .run("get", "evil", "-o", "table")
        .is(0, "KEY   VALUE\nevil  \"\\u001b[2J\\u009b2J\\u007f\\tend\"\n", "");
    shell.run("get", "\u001b[2J").is(2, "", "kv-shell: key \"\\u001b[2J\" is not a key\n");
  }
}
