package io.relaykv.shell.command.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PutCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @ParameterizedTest
  @ValueSource(strings = {"42", "-5", "-1.50e+3", "true", "null", "\"text\"", "{\"b\":1,\"a\":[]}"})
  void storesJson(String json) {
    shell.run("put", "k", json).is(0, "", "");
    assertThat(shell.cluster.values.get("k").toJson()).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "", "42", "-o", "--all", "-", "@file", "\u00e9 ${x} 'y'"})
  void storesText(String text) {
    shell.run("put", "k", "-s", text).is(0, "", "");
    assertThat(shell.cluster.values).containsEntry("k", KvValue.of(text));
  }

  @Test
  void storesAFile(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("v.json"), "{ \"a\" : \"\u00e9\" }\n");
    shell.workingDirectory = directory;
    shell.run("put", "k", "@v.json").is(0, "", "");
    assertThat(shell.cluster.values.get("k").toJson()).isEqualTo("{\"a\":\"\u00e9\"}");
    shell.run("put", "absolute", "@" + directory.resolve("v.json")).is(0, "", "");
    assertThat(shell.cluster.values.get("absolute")).isEqualTo(shell.cluster.values.get("k"));
  }

  @Test
  void storesStandardInput() {
    shell.stdin = " [1, 2]\n".getBytes(UTF_8);
    shell.run("put", "k", "-").is(0, "", "");
    assertThat(shell.cluster.values.get("k").toJson()).isEqualTo("[1,2]");
  }

  @Test
  void reportsInOtherFormats() {
    shell.run("-o", "json", "put", "k", "1").is(0, "[{\"key\":\"k\",\"result\":\"stored\"}]\n", "");
    shell.run("-o", "jsonl", "put", "k", "1").is(0, "{\"key\":\"k\",\"result\":\"stored\"}\n", "");
    shell.run("-o", "table", "put", "k", "1").is(0, "KEY  RESULT\nk    stored\n", "");
  }

  @Test
  void saysWhereJsonIsWrongAndHowToStoreText() {
    shell
        .run("put", "greeting", "hello")
        .is(
            2,
            "",
            """
            kv-shell: invalid JSON at line 1, column 1 near "hello": a JSON value is expected
            hint: to store text, use: kv-shell put greeting -s 'hello'
            """);
    assertThat(shell.run("put", "a b", "it's").err())
        .endsWith("hint: to store text, use: kv-shell put KEY -s 'TEXT'\n");
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void namesTheSourceOfBadJson(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("v.json"), "[1,\n2");
    shell.workingDirectory = directory;
    assertThat(shell.run("put", "k", "@v.json").err())
        .startsWith("kv-shell: v.json: invalid JSON at line 2, column ")
        .doesNotContain("hint");
    assertThat(shell.run("put", "k", "-").err())
        .startsWith("kv-shell: standard input: invalid JSON at line 1, column 1: ");
  }

  @Test
  void refusesWhatIsNotUtf8() {
    shell.stdin = new byte[] {'"', 'a', (byte) 0xe9, '"'};
    shell.run("put", "k", "-").is(2, "", "kv-shell: standard input: not UTF-8 at byte 3\n");
    shell.stdin = new byte[] {'"', (byte) 0xc3};
    shell.run("put", "k", "-").is(2, "", "kv-shell: standard input: not UTF-8 at byte 2\n");
  }

  @Test
  void refusesMoreThanAnyValueCanTake() {
    shell.stdin = new byte[(16 << 20) + 1];
    shell
        .run("put", "k", "-")
        .is(2, "", "kv-shell: standard input: longer than 16 MiB; a value has at most 1 MiB\n");
  }

  @Test
  void namesAMissingFile(@TempDir Path directory) {
    shell.workingDirectory = directory;
    shell.run("put", "k", "@none").is(2, "", "kv-shell: none: no such file\n");
  }

  @Test
  void takesExactlyOneValue() {
    String err = "kv-shell: give one value: JSON, @FILE, - or -s TEXT\nhint: kv-shell help put\n";
    shell.run("put", "k").is(2, "", err);
    shell.run("put", "k", "1", "-s", "x").is(2, "", err);
    assertThat(shell.run("put", "k", "1", "2").exitCode()).isEqualTo(2);
    assertThat(shell.run("put").err()).startsWith("kv-shell: Missing required parameter: 'KEY'");
  }

  @Test
  void tellsAnUnknownOutcomeFromARefusal() {
    List<NodeFailure> attempts = List.of(new NodeFailure("db1:7400", "stream closed"));
    shell.cluster.failures.put("u", new OutcomeUnknownException("no answer in 5 s", attempts));
    shell.cluster.failures.put("r", new RefusedException("the disk is nearly full", List.of()));
    shell
        .run("put", "u", "1")
        .is(
            6,
            "",
            """
            kv-shell: no answer in 5 s
              db1:7400: stream closed
            hint: it may or may not have been applied; look first: kv-shell get KEY
            """);
    shell.run("put", "r", "1").is(4, "", "kv-shell: the disk is nearly full\n");
  }

  @Test
  void refusesTextThatTheLocaleHasLost() {
    shell
        .run("put", "k", "-s", "\uFFFD")
        .is(
            2,
            "",
            """
            kv-shell: an argument is not valid text in this locale's encoding
            hint: use a UTF-8 locale, say LC_ALL=C.UTF-8, or pass the value in a file
            """);
  }
}
