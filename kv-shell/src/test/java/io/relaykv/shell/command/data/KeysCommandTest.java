package io.relaykv.shell.command.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @BeforeEach
  void fill() {
    List.of("a/1", "a/2", "a/3", "a/4", "a/5", "b").forEach(this::add);
  }

  private void add(String key) {
    shell.cluster.values.put(key, KvValue.of(1));
  }

  @Test
  void listsOneALine() {
    shell.run("keys").is(0, "a/1\na/2\na/3\na/4\na/5\nb\n", "");
    shell.run("keys", "b").is(0, "b\n", "");
    shell.run("keys", "x").is(0, "", "");
  }

  @Test
  void saysHowToGoOn() {
    shell
        .run("keys", "a/", "--limit", "4")
        .is(0, "a/1\na/2\na/3\na/4\n", "more keys follow: kv-shell keys a/ --after a/4\n");
    shell
        .run("keys", "--limit", "1")
        .is(0, "a/1\n", "more keys follow: kv-shell keys --after a/1\n");
    shell.run("keys", "a/", "--after", "a/4").is(0, "a/5\n", "");
    shell.run("keys", "a/", "--limit", "5").is(0, "a/1\na/2\na/3\na/4\na/5\n", "");
  }

  @Test
  void listsAThousandUnlessAskedForAll() {
    IntStream.rangeClosed(1000, 2100).forEach(i -> add("k" + i));
    ShellRunner.Result some = shell.run("keys", "k");
    assertThat(some.out().lines()).hasSize(1000);
    assertThat(some.err()).isEqualTo("more keys follow: kv-shell keys k --after k1999\n");
    ShellRunner.Result all = shell.run("keys", "k", "--all");
    assertThat(all.out().lines()).hasSize(1101);
    assertThat(all.err()).isEmpty();
  }

  @Test
  void reportsInOtherFormats() {
    shell
        .run("-o", "json", "keys", "a/", "--limit", "2")
        .is(
            0,
            "{\"keys\":[{\"key\":\"a/1\"},{\"key\":\"a/2\"}],\"more\":true}\n",
            "more keys follow: kv-shell keys a/ --after a/2\n");
    shell.run("-o", "json", "keys", "x").is(0, "{\"keys\":[],\"more\":false}\n", "");
    shell.run("-o", "jsonl", "keys", "b").is(0, "{\"key\":\"b\"}\n", "");
    shell.run("-o", "table", "keys", "b").is(0, "KEY\nb\n", "");
  }

  @Test
  void checksItsOptions() {
    shell.run("keys", "--limit", "0").is(2, "", "kv-shell: --limit is 0; it must be at least 1\n");
    shell
        .run("keys", "--limit", "2", "--all")
        .is(2, "", "kv-shell: --limit and --all exclude each other\nhint: kv-shell help keys\n");
    assertThat(shell.run("keys", "--limit", "x").exitCode()).isEqualTo(2);
  }

  @Test
  void failsLikeEveryCommand() {
    shell.cluster.failures.put("z", new UnavailableException("no leader", List.of()));
    shell
        .run("keys", "z")
        .is(
            5,
            "",
            """
            kv-shell: no leader
            hint: nothing was changed; how the cluster is: kv-shell status
            """);
  }

  @Test
  void saysThatItCannotWriteTheResults() {
    shell.stdoutIsBroken = true;
    shell.brokenStdout =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    shell.run("keys").is(10, "", "kv-shell: cannot write the results: No space left on device\n");
  }
}
