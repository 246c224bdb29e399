package io.relaykv.shell.command.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvValue;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @Test
  void measuresPutsAndLeavesNothingBehind() {
    ShellRunner.Result result = bench("put", "--keys", "50");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines().toList())
        .satisfiesExactly(
            what ->
                assertThat(what)
                    .matches(
                        "puts; 1 client, 64 operations of each at a time; values of 100 B,"
                            + " 50 keys \\(uniform\\); measured for \\d+\\.\\d s"),
            headings ->
                assertThat(headings.trim().split(" +"))
                    .containsExactly("OPS/S", "P50", "P90", "P99", "P99.9", "MAX", "COUNT"),
            puts -> assertThat(puts).matches("put +[\\d,]+ +([\\d.,]+ ms +){5}[\\d,]+"));
    assertThat(result.err()).matches("measuring +\\d+ s of 0\\.2s +[\\d,]+ ops/s .*  0 failed\n");
    assertThat(shell.cluster.values).isEmpty();
  }

  @Test
  void putsWhatGetsAreToFindAndWarmsUp() {
    ShellRunner.Result result =
        bench("mixed", "--keys", "50", "--clients", "2", "--warmup", "100ms");
    assertThat(result.out())
        .startsWith("puts and 50 % gets; 2 clients,")
        .containsPattern("\nput .*\nget .*\nall .*\n");
    assertThat(result.err()).startsWith("warming up").contains("\nmeasuring");
    assertThat(shell.cluster.connections).as("one to look, and the two").hasSize(3);
  }

  @Test
  void reportsAsJson() {
    ShellRunner.Result result =
        shell.run(
            "-o",
            "json",
            "bench",
            "mixed",
            "--get-ratio",
            "0.9",
            "--rate",
            "500",
            "--keys",
            "7",
            "--key-distribution",
            "zipfian",
            "--value-size",
            "1KiB",
            "--duration",
            "1s",
            "--warmup",
            "0s");
    KvValue report = KvValue.parse(result.out());
    assertThat(report.toJson())
        .startsWith(
            "{\"getRatio\":0.9,\"clients\":1,\"outstanding\":64,\"valueBytes\":1024,\"keys\":7,"
                + "\"keyDistribution\":\"zipfian\",\"rate\":500,\"seconds\":");
    KvValue all = report.asMap().get("operations").asMap().get("all");
    assertThat(all.asMap().keySet())
        .containsExactly(
            "count", "perSecond", "p50Micros", "p90Micros", "p99Micros", "p999Micros", "maxMicros");
    assertThat(all.asMap().get("count").asLong()).isPositive();
    assertThat(report.asMap().get("failures").asList()).isEmpty();
  }

  @Test
  void countsOperationsThatFail() {
    shell.cluster.failures.put("kv-bench/mine/1", new UnavailableException("no leader", List.of()));
    assertThat(bench("put", "--keys", "4", "--prefix", "kv-bench/mine/").out())
        .containsPattern("\n[\\d,]+ failed: unavailable, not applied, for instance: no leader\n");
  }

  @Test
  void failsWhenItMayNotPut() {
    shell.cluster.failures.put(
        "kv-bench/mine/0", new NotAllowedException("this API key may only read", List.of()));
    ShellRunner.Result result = bench("put", "--prefix", "kv-bench/mine/");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("this API key may only read");
  }

  @Test
  void touchesOnlyKeysOfItsOwn() {
    bench("put", "--prefix", "orders/")
        .is(
            2,
            "",
            """
            kv-shell: --prefix orders/: a bench writes and removes keys, and may do so only below kv-bench/
            hint: --prefix kv-bench/mine/
            """);
    shell.cluster.values.put("kv-bench/mine/x", KvValue.of(1));
    bench("put", "--prefix", "kv-bench/mine/")
        .is(
            2,
            "",
            """
            kv-shell: there are keys below kv-bench/mine/ already; another bench may be using them
            hint: another --prefix; or, if none is running, kv-shell bench --clean
            """);
    assertThat(shell.cluster.values).containsOnlyKeys("kv-bench/mine/x");
  }

  @Test
  void cleansUpBehindBenchesThatWereKilled() {
    for (int i = 0; i < 10; i++) {
      shell.cluster.values.put("kv-bench/12ab/" + i, KvValue.of(i));
    }
    shell.cluster.values.put("kv-benchmark", KvValue.of("stays"));
    shell
        .run("bench", "--clean")
        .is(
            0,
            "",
            """
        removed 10 keys
        """);
    assertThat(shell.cluster.values).containsOnlyKeys("kv-benchmark");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          put --clients 0             | --clients is 0; allowed is 1 to 1,000
          put --outstanding 5000      | --outstanding is 5000; allowed is 1 to 4,096
          put --value-size 1          | --value-size is 1; allowed is 2 to 1,048,576
          put --value-size 2MiB       | --value-size is 2097152; allowed is 2 to 1,048,576
          put --keys 0                | --keys is 0; allowed is 1 to 10,000,000
          put --duration 0s           | --duration is 0; it must be longer
          put --rate 0                | --rate is 0.0; allowed is more than 0, to 10,000,000
          put --rate NaN              | --rate is NaN; allowed is more than 0, to 10,000,000
          put --get-ratio 0.5         | --get-ratio goes with mixed alone
          mixed --get-ratio 1.5       | --get-ratio is 1.5; allowed is 0 to 1
          scan                        | no such workload: scan
          put --key-distribution hot  | no such --key-distribution: hot
          put --clean                 | --clean goes with no workload
          put --outstanding 100 --value-size 1MiB | --outstanding 100 values of 1.0 MiB are more \
          than the 60.0 MiB that a client may have under way
          put --duration 25h          | '25h' is more than 24h
          put --duration fast         | 'fast' is no time such as 500ms, 10s, 2m or 1h
          """)
  void refusesWhatMakesNoSense(String arguments, String why) {
    ShellRunner.Result result = shell.run(("bench " + arguments).split(" +"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(why);
    assertThat(shell.cluster.connections).isEmpty();
  }

  @Test
  void asksForAWorkload() {
    shell
        .run("bench")
        .is(
            2,
            "",
            """
            kv-shell: no workload
            hint: kv-shell bench put, kv-shell bench get or kv-shell bench mixed
            """);
  }

  private ShellRunner.Result bench(String... arguments) {
    String[] all = new String[arguments.length + 5];
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[0] = "bench";
    all[arguments.length + 1] = "--duration";
    boolean warmedUp = List.of(arguments).contains("--warmup");
    // At a rate they are sent by a thread of their own, which must get its turn.
    all[arguments.length + 2] = warmedUp ? "1s" : "200ms";
    all[arguments.length + 3] = warmedUp ? "--rate" : "--warmup";
    all[arguments.length + 4] = warmedUp ? "1000" : "0s";
    return shell.run(all);
  }
}
