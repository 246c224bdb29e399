package io.relaykv.shell.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.shell.ShellRunner;
import org.junit.jupiter.api.Test;

class LatencyCommandTest {
  private static final String TIMES = "p50 [\\d.]+ ms, p99 [\\d.]+ ms, max [\\d.,]+ ms";

  private final ShellRunner shell = new ShellRunner();

  @Test
  void tellsInOneLine() {
    ShellRunner.Result result = shell.run("latency");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).matches("put " + TIMES + "; get " + TIMES + "\n");
    assertThat(result.err()).isEmpty();
    assertThat(shell.cluster.values).isEmpty();
  }

  @Test
  void reportsAsJson() {
    KvValue report = KvValue.parse(shell.run("-o", "json", "latency", "--count", "7").out());
    assertThat(report.asMap().keySet()).containsExactly("put", "get");
    assertThat(report.asMap().get("put").asMap().get("count").asLong()).isEqualTo(7);
  }

  @Test
  void checksItsOption() {
    shell
        .run("latency", "--count", "0")
        .is(2, "", "kv-shell: --count is 0; allowed is 1 to 1,000,000\n");
  }
}
