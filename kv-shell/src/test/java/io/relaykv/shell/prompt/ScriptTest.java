package io.relaykv.shell.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv-shell -f}. */
class ScriptTest {
  private final ShellRunner shell = new ShellRunner();

  @TempDir private Path directory;

  @BeforeEach
  void workInDirectory() {
    shell.workingDirectory = directory;
  }

  @Test
  void runsTheCommandsOfAFileWithOneConnection() throws IOException {
    write(
        """
        # two flags
        put flags/a true

        put flags/b '"it''s"'   # with a quote
        put text -s "a \\"b\\" c"
        put lines "\\"a\\nb\\""
        keys flags/
        get flags/b text lines
        member list -o json
        leader show
        """);
    ShellRunner.Result result = shell.run("-f", "script");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .startsWith("flags/a\nflags/b\n\"its\"\n\"a \\\"b\\\" c\"\n\"a\\nb\"\n[{\"name\":\"n1\",")
        .endsWith("n1\n");
    assertThat(shell.cluster.connections)
        .containsExactly("client [localhost:7400] PT5S", "admin [localhost:7400] PT5S");
  }

  @Test
  void takesWhatIsSaidBeforeForAllCommandsAndALineMaySayOtherwise() throws IOException {
    shell.cluster.values.put("a", KvValue.of(1));
    write("get a\nget a -o plain -t 1s\nget a\n");
    shell
        .run("-o", "jsonl", "-f", "script")
        .is(0, "{\"key\":\"a\",\"value\":1}\n1\n{\"key\":\"a\",\"value\":1}\n", "");
    assertThat(shell.cluster.connections)
        .containsExactly("client [localhost:7400] PT5S", "client [localhost:7400] PT1S");
  }

  @Test
  void readsStandardInput() {
    shell.stdin = "put a 1\nput b -\nput c 3\n".getBytes(UTF_8);
    shell
        .run("-f", "-")
        .is(
            2,
            "",
            "kv-shell: standard input, line 2: standard input: cannot be read: the commands come from"
                + " there\n");
    assertThat(shell.cluster.values).isEqualTo(Map.of("a", KvValue.of(1)));
  }

  @Test
  void stopsAtTheFirstCommandThatFailsAndNamesItsLine() throws IOException {
    write("put a 1\n\nput b {\nput c 3\n");
    ShellRunner.Result result = shell.run("-f", "script");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("kv-shell: script, line 3: invalid JSON at line 1, ");
    assertThat(shell.cluster.values.keySet()).containsExactly("a");

    write("get nothing\nput c 3\n");
    shell.run("-f", "script").is(1, "", "not found: nothing\n");
    assertThat(shell.cluster.values.keySet()).containsExactly("a");

    write("put a 1\nstats\n");
    assertThat(shell.run("-f", "script").err())
        .startsWith("kv-shell: script, line 2: no such command: stats\n  did you mean status");
  }

  @Test
  void saysWhatIsWrongWithALine() throws IOException {
    write("put a 'x\n");
    shell.run("-f", "script").is(2, "", "kv-shell: script, line 1: a quote ' that does not end\n");
    write("put a x\\");
    shell.run("-f", "script").is(2, "", "kv-shell: script, line 1: a \\ at the end of the line\n");
    write("-f script\n");
    shell
        .run("-f", "script")
        .is(2, "", "kv-shell: script, line 1: a script cannot run another one\n");
    Files.write(directory.resolve("script"), new byte[] {'g', (byte) 0xe9, '\n'});
    shell.run("-f", "script").is(2, "", "kv-shell: script: not UTF-8\n");
  }

  @Test
  void saysThatThereIsNoScript() {
    shell.run("-f", "nowhere").is(2, "", "kv-shell: nowhere: no such file\n");
    shell
        .run("-f", "x", "get", "a")
        .is(2, "", "kv-shell: -f and a command exclude each other\nhint: kv-shell help\n");
    assertThat(shell.run("-f", "x", "get", "--help").exitCode()).isZero();
  }

  private void write(String script) throws IOException {
    Files.writeString(directory.resolve("script"), script);
  }
}
