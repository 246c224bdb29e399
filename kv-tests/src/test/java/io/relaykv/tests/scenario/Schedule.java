package io.relaykv.tests.scenario;

import io.relaykv.tests.nemesis.Nemesis;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the seed decides of a run before it begins: the faults with their order and times, and where
 * all else that is drawn comes from. It is the same for the same scenario and seed, whatever the
 * cluster does meanwhile.
 *
 * @param registers seed of the clients of registers
 * @param bigValues seed of the clients of big values
 */
record Schedule(long registers, long bigValues, List<List<Planned>> steps) {
  /**
   * A fault to come.
   *
   * @param hold how long it stays
   * @param choices seed of what it leaves open: which of the candidates, and how
   */
  record Planned(Nemesis fault, Duration hold, long choices) {}

  static Schedule of(Scenario scenario, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    long registers = seeds.nextLong();
    long bigValues = seeds.nextLong();
    return new Schedule(
        registers,
        bigValues,
        scenario.steps().stream()
            .map(step -> step.stream().map(fault -> planned(fault, seeds.split())).toList())
            .toList());
  }

  private static Planned planned(Nemesis fault, SplittableRandom seeds) {
    return new Planned(fault, fault.hold(seeds), seeds.nextLong());
  }
}
