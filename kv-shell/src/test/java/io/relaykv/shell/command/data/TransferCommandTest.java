package io.relaykv.shell.command.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} and {@code import}. */
class TransferCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @TempDir private Path directory;

  @BeforeEach
  void workInDirectory() {
    shell.workingDirectory = directory;
  }

  @Test
  void exportsKeysWithTheirValues() {
    fill(Map.of("a/1", "1", "a/2", "\"é\"", "a/3", "{\"x\":[1.50]}", "a/4", "null", "b", "true"));
    shell
        .run("export", "a/")
        .is(
            0,
            """
            {"key":"a/1","value":1}
            {"key":"a/2","value":"é"}
            {"key":"a/3","value":{"x":[1.50]}}
            {"key":"a/4","value":null}
            """,
            "");
    shell.run("export", "--after", "a/4").is(0, "{\"key\":\"b\",\"value\":true}\n", "");
    shell.run("-o", "jsonl", "export", "b").is(0, "{\"key\":\"b\",\"value\":true}\n", "");
    shell.run("-o", "json", "export", "b").is(0, "[{\"key\":\"b\",\"value\":true}]\n", "");
    shell.run("-o", "table", "export", "b").is(0, "KEY  VALUE\nb    true\n", "");
    shell.run("export", "x").is(0, "", "");
  }

  @Test
  void anExportThatBreaksOffSaysHowToGoOn() {
    fill(Map.of("a", "1", "b", "2", "c", "3"));
    shell.cluster.failures.put("c", new UnavailableException("no leader", List.of()));
    shell
        .run("export")
        .is(
            5,
            """
            {"key":"a","value":1}
            {"key":"b","value":2}
            """,
            """
            not all was exported; to go on: kv-shell export --after b
            kv-shell: no leader
            hint: nothing was changed; how the cluster is: kv-shell status
            """);
    shell.cluster.failures.put("p", new UnavailableException("no leader", List.of()));
    assertThat(shell.run("export", "p").err())
        .startsWith("not all was exported; to go on: kv-shell export p\n");
  }

  @Test
  void whatWasExportedCanBeImported() {
    Map<String, String> values =
        IntStream.range(0, 3_000)
            .boxed()
            .collect(Collectors.toMap("k%05d"::formatted, i -> "{\"n\":%d}".formatted(i)));
    fill(values);
    String exported = shell.run("export").out();
    var before = Map.copyOf(shell.cluster.values);
    shell.cluster.values.clear();
    shell.stdin = exported.getBytes(UTF_8);
    shell.run("import").is(0, "", "3,000 entries stored\n");
    assertThat(shell.cluster.values).isEqualTo(before);
  }

  @Test
  void theLaterOfTwoEntriesWithOneKeyStays() {
    shell.stdin = entries("a", "1", "b", "1", "a", "2").getBytes(UTF_8);
    shell.run("import", "-").is(0, "", "3 entries stored\n");
    assertThat(shell.cluster.values).isEqualTo(Map.of("a", KvValue.of(2), "b", KvValue.of(1)));
  }

  @Test
  void reportsAnImportInOtherFormats() throws IOException {
    write("f", entries("a", "1"));
    shell.run("-o", "json", "import", "f").is(0, "{\"entries\":1,\"result\":\"stored\"}\n", "");
    shell
        .run("-o", "table", "import", "f", "--dry-run")
        .is(0, "ENTRIES  RESULT\n1        would be stored\n", "");
  }

  @Test
  void aFileWithAWrongLineIsNotImportedAtAll() throws IOException {
    write("f", entries("a", "1") + "nonsense\n" + entries("b", "x", "c", "3"));
    shell
        .run("import", "f")
        .is(
            2,
            "",
            """
            kv-shell: f: 2 lines are wrong; nothing was stored
              line 2: invalid JSON at line 1, column 1 near "nonsense": a JSON value is expected
              line 3: invalid JSON at line 1, column 20 near "x}": a JSON value is expected
            hint: kv-shell help import
            """);
    assertThat(shell.cluster.values).isEmpty();
    shell.run("import", "f", "--from-line", "4").is(0, "", "1 entry stored\n");
    assertThat(shell.cluster.values.keySet()).containsExactly("c");
  }

  @Test
  void ofManyWrongLinesTheFirstAreTold() throws IOException {
    write("f", "x\n".repeat(25));
    assertThat(shell.run("import", "--dry-run", "f").err().lines())
        .hasSize(23)
        .contains(
            "  line 20: invalid JSON at line 1, column 1 near \"x\": a JSON value is expected")
        .endsWith("  and 5 more", "hint: kv-shell help import");
  }

  @Test
  void aDryRunStoresNothing() throws IOException {
    write("f", entries("a", "1", "b", "2"));
    shell.run("import", "f", "--dry-run").is(0, "", "2 entries would be stored\n");
    shell.stdin = entries("a", "1").getBytes(UTF_8);
    shell.run("import", "--dry-run").is(0, "", "1 entry would be stored\n");
    assertThat(shell.cluster.values).isEmpty();
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void standardInputIsStoredUpToTheWrongLine() {
    shell.stdin = (entries("a", "1") + "\n\n[]\n" + entries("b", "2")).getBytes(UTF_8);
    shell
        .run("import")
        .is(
            2,
            "",
            """
            stopped at line 4; what is before it is stored, and perhaps some of what is behind: 1 entry
            to go on: kv-shell import - --from-line 4
            kv-shell: standard input, line 4: invalid JSON at line 1, column 1 near "[]": an object is expected
            """);
    assertThat(shell.cluster.values.keySet()).containsExactly("a");
  }

  @Test
  void anImportThatIsRefusedSaysWhereAndHowToGoOn() throws IOException {
    write("f", entries("a", "1", "b", "2", "c", "3"));
    shell.cluster.failures.put("b", new RefusedException("the account is full", List.of()));
    shell
        .run("import", "f")
        .is(
            4,
            "",
            """
            stopped at line 2; what is before it is stored, and perhaps some of what is behind: 2 entries
            to go on: kv-shell import f --from-line 2
            kv-shell: the account is full
            """);
    assertThat(shell.cluster.values.keySet()).containsExactly("a", "c");
    shell.cluster.failures.put("b", new OutcomeUnknownException("lost", List.of()));
    assertThat(shell.run("import", "f").exitCode()).isEqualTo(6);
  }

  @Test
  void checksWhatItIsGiven() {
    shell.run("import", "nowhere").is(2, "", "kv-shell: nowhere: no such file\n");
    shell
        .run("import", "--from-line", "0")
        .is(2, "", "kv-shell: --from-line is 0; it must be at least 1\n");
    assertThat(shell.run("import", ".").err()).startsWith("kv-shell: .: cannot be read: ");
  }

  private void fill(Map<String, String> values) {
    values.forEach((key, json) -> shell.cluster.values.put(key, KvValue.parse(json)));
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }

  private static String entries(String... keysAndValues) {
    return IntStream.range(0, keysAndValues.length / 2)
        .mapToObj(
            i ->
                "{\"key\":\"%s\",\"value\":%s}\n"
                    .formatted(keysAndValues[2 * i], keysAndValues[2 * i + 1]))
        .collect(Collectors.joining());
  }
}
