package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.tests.nemesis.Nemeses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs after runs, as long as {@code -Dsoak.minutes} says: of five, one with a single kind of
 * fault, in turn, and four with several at the same time. Goes on after a run that failed, whose
 * files it keeps.
 */
@Tag("soak")
class SoakIT {
  private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("soak.minutes", 60));
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final Path RUNS = Path.of("target", "runs", "soak");

  @Test
  void everythingHoldsRunAfterRun() {
    System.out.printf("Soak of %d minutes, seed %d%n", LENGTH.toMinutes(), SEED);
    Random seeds = new Random(SEED);
    SoakSummary summary = new SoakSummary(LENGTH);
    for (int run = 1; summary.hasTimeLeft(); run++) {
      long seed = seeds.nextInt(Integer.MAX_VALUE);
      Scenario scenario = scenario(run, seed);
      try {
        summary.add(
            new ScenarioRun(
                    scenario, seed, Mutation.NONE, RUNS.resolve("%04d-%d".formatted(run, seed)))
                .run());
      } catch (RunFailedException e) {
        summary.add(e);
      }
      System.out.println(summary.progress());
    }
    System.out.println(summary.table());
    assertThat(summary.failures()).isEmpty();
  }

  private static Scenario scenario(int run, long seed) {
    return run % 5 == 1
        ? Scenario.of(Nemeses.ALL.get(run / 5 % Nemeses.ALL.size()))
        : Scenario.mix(new Random(seed));
  }
}
