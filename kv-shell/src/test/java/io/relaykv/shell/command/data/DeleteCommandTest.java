package io.relaykv.shell.command.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @BeforeEach
  void fill() {
    List.of("a", "b", "c").forEach(key -> shell.cluster.values.put(key, KvValue.of(1)));
  }

  @Test
  void removesKeysInSilence() {
    shell.run("delete", "a", "c").is(0, "", "");
    assertThat(shell.cluster.values).containsOnlyKeys("b");
  }

  @Test
  void removesWhatIsNotThere() {
    shell.run("delete", "x").is(0, "", "");
  }

  @Test
  void reportsInOtherFormats() {
    shell
        .run("-o", "json", "delete", "a", "x")
        .is(
            0,
            "[{\"key\":\"a\",\"result\":\"deleted\"},{\"key\":\"x\",\"result\":\"deleted\"}]\n",
            "");
    shell.run("-o", "jsonl", "delete", "a").is(0, "{\"key\":\"a\",\"result\":\"deleted\"}\n", "");
    shell.run("-o", "table", "delete", "a").is(0, "KEY  RESULT\na    deleted\n", "");
  }

  @Test
  void saysWhereItStopped() {
    shell.cluster.failures.put("b", new OutcomeUnknownException("no answer in 5 s", List.of()));
    shell
        .run("-o", "jsonl", "delete", "a", "b", "c")
        .is(
            6,
            "{\"key\":\"a\",\"result\":\"deleted\"}\n",
            """
            stopped at b, 2 of 3
            kv-shell: no answer in 5 s
            hint: it may or may not have been applied; look first: kv-shell get KEY
            """);
    assertThat(shell.cluster.values).containsOnlyKeys("b", "c");
    assertThat(shell.run("delete", "b").err()).startsWith("kv-shell: no answer");
  }

  @Test
  void refusesBadKeys() {
    shell.run("delete", "a b").is(2, "", "kv-shell: key \"a b\" is not a key\n");
  }
}
