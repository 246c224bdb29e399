package io.relaykv.shell.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What was measured.
 *
 * @param over how long
 * @param operations by kind; those kinds that there were none of are left out
 * @param all of any kind together
 * @param failures by kind
 */
public record Measurement(
    Duration over, Map<Operation, Latencies> operations, Latencies all, List<Failures> failures) {

  /** How many of these there were in a second. */
  public double perSecond(Latencies latencies) {
    return latencies.count() * 1e9 / Math.max(1, over.toNanos());
  }

  /** How many failed. */
  public long failed() {
    return failures.stream().mapToLong(Failures::count).sum();
  }
}
