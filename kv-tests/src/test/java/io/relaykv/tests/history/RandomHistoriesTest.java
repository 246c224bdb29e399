package io.relaykv.tests.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.tests.history.SimulatedRun.Mix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Drelaykv.test.seed=...} repeats a run. */
class RandomHistoriesTest {
  private static final Mix SMALL = new Mix(7, 1, 3, 0.25, 0.3, 0.1);
  private static final Mix MEDIUM = new Mix(1000, 5, 8, 0.1, 0.05, 0.05);

  private final long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** What takes a search of unknown length is the same in every build, and decided in each. */
  private final long searchSeed = Long.getLong("relaykv.test.seed", 1);

  private final Random searched = new Random(searchSeed);

  @Test
  void whatARegisterDoesIsLinearizable() {
    for (int i = 0; i < 100; i++) {
      double unknown = searched.nextDouble() / 4;
      Mix mix =
          new Mix(1000, 1 + searched.nextInt(10), 1 + searched.nextInt(20), 0.1, unknown, 0.05);
      assertThat(new LinearizabilityChecker().check(SimulatedRun.of(mix, searched)))
          .as("relaykv.test.seed=%d, run %d, %s", searchSeed, i, mix)
          .isInstanceOf(Verdict.Linearizable.class);
    }
  }

  /** Many operations at once on one key, of which many got no answer, leave most to be tried. */
  @Test
  void oneBusyKeyIsDecided() {
    Mix busy = new Mix(1000, 1, 20, 0.1, 0.25, 0.05);
    for (int i = 0; i < 100; i++) {
      assertThat(new LinearizabilityChecker(200_000).check(SimulatedRun.of(busy, searched)))
          .as("relaykv.test.seed=%d, run %d", searchSeed, i)
          .isInstanceOf(Verdict.Linearizable.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneWrongAnswerIsFound(WrongAnswer answer) {
    for (int i = 0; i < 50; i++) {
      List<Operation> history = answer.injectedInto(SimulatedRun.of(MEDIUM, random), random);
      assertThat(new LinearizabilityChecker().check(history))
          .as("relaykv.test.seed=%d, run %d", seed, i)
          .isInstanceOf(Verdict.Violation.class);
    }
  }

  @Test
  void shortCutsChangeNoVerdict() {
    int linearizable = 0;
    int runs = 10_000;
    for (int i = 0; i < runs; i++) {
      List<Operation> history = withWrongAnswers(SimulatedRun.of(SMALL, random));
      boolean expected = BruteForce.isLinearizable(history);
      linearizable += expected ? 1 : 0;
      Class<? extends Verdict> verdict =
          expected ? Verdict.Linearizable.class : Verdict.Violation.class;
      int run = i;
      Supplier<String> what =
          () -> "relaykv.test.seed=%d, run %d, %s".formatted(seed, run, history);
      assertThat(new LinearizabilityChecker().check(history)).as(what).isInstanceOf(verdict);
      assertThat(LinearizabilityChecker.raw(100_000).check(history)).as(what).isInstanceOf(verdict);
    }
    System.out.printf(
        "%d small histories, %d of them linearizable, relaykv.test.seed=%d%n",
        runs, linearizable, seed);
    assertThat(linearizable).isBetween(runs / 2, runs * 9 / 10);
  }

  /** Some gets return anything that was ever put, or nothing. */
  private List<Operation> withWrongAnswers(List<Operation> history) {
    List<String> values = new ArrayList<>();
    values.add(null);
    history.stream().filter(op -> op.op() == OpKind.PUT).forEach(put -> values.add(put.value()));
    return history.stream()
        .map(
            op ->
                op.op() == OpKind.GET && op.isOk() && random.nextInt(2) == 0
                    ? Ops.reading(values.get(random.nextInt(values.size())), op)
                    : op)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.05, 0.2})
  void hundredThousandOperationsTakeSeconds(double unknown) {
    Mix mix = new Mix(100_000, 50, 20, 0.1, unknown, 0);
    List<Operation> history = SimulatedRun.of(mix, searched);
    long start = System.nanoTime();
    Verdict verdict = new LinearizabilityChecker().check(history);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("%s: %s in %d ms%n", mix, verdict, time.toMillis());
    assertThat(verdict)
        .as("relaykv.test.seed=%d", searchSeed)
        .isInstanceOf(Verdict.Linearizable.class);
    assertThat(time).isLessThan(Duration.ofSeconds(30));
  }
}
