package io.relaykv.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "kv-shell lea, leader",
    "kv-shell leader '', show transfer",
    "kv-shell bench --key, --keys --key-distribution",
    "kv-shell export --a, --after --api-key-file",
    "kv-shell -o json apikey dis, disable"
  })
  void bashCompletesCommandsAndOptions(String line, String wanted) throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("completion"), shell.runAsIs("completion", "bash").out());
    // compopt complains that bash itself has not asked.
    String typed =
        """
        . '%s'
        COMP_WORDS=(%s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _complete_kv-shell 2>/dev/null
        echo "${COMPREPLY[@]}"
        """
            .formatted(script, line);
    assertThat(bash(typed).split("\\s+")).containsExactlyInAnyOrder(wanted.split(" "));
  }

  @Test
  void zshGetsTheSame() {
    assertThat(shell.runAsIs("completion", "zsh").out())
        .isEqualTo(shell.runAsIs("completion", "bash").out())
        .contains("bashcompinit");
  }

  @Test
  void namesTheShellsThatThereAre() {
    shell
        .runAsIs("completion", "fish")
        .is(
            2,
            "",
            """
            kv-shell: no completion for fish
            hint: kv-shell completion bash or kv-shell completion zsh
            """);
    assertThat(shell.runAsIs("completion").err()).startsWith("kv-shell: no shell\n");
  }

  private static String bash(String script) throws Exception {
    Process process =
        new ProcessBuilder(List.of("bash", "-c", script)).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return out.trim();
  }
}
