package io.relaykv.server.status;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The operations of one node as they are measured in the registry: a timer for each kind of them.
 * Thread-safe.
 */
final class MeasuredOperations implements OperationHistory.Operations {
  private static final String DURATIONS = "relaykv_operation_duration_seconds";

  /** Listings take as long as they are, and say nothing of how the node fares. */
  private static final String LISTINGS = "operation=keys}";

  private final MetricRegistry registry;
  private final String prefix;

  MeasuredOperations(MetricRegistry registry, String nodeId) {
    this.registry = registry;
    this.prefix = DURATIONS + "{node=" + nodeId + ",";
  }

  @Override
  public long answered() {
    return timersBut(name -> false).stream().mapToLong(Timer::getCount).sum();
  }

  /** That of gets, puts or deletes, whichever is the slowest: of percentiles there is no sum. */
  @Override
  public double p99Seconds() {
    double nanos =
        timersBut(name -> name.endsWith(LISTINGS)).stream()
            .mapToDouble(timer -> timer.getSnapshot().get99thPercentile())
            .max()
            .orElse(0);
    return nanos / TimeUnit.SECONDS.toNanos(1);
  }

  private Collection<Timer> timersBut(Predicate<String> leftOut) {
    return registry
        .getTimers((name, metric) -> name.startsWith(prefix) && !leftOut.test(name))
        .values();
  }
}
