package io.relaykv.server;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * The operations of one node as they are measured in the registry: a timer for each kind of them.
 * Thread-safe.
 */
final class MeasuredOperations implements OperationHistory.Operations {
  private static final String DURATIONS = "relaykv_operation_duration_seconds";

  private final MetricRegistry registry;
  private final String prefix;

  MeasuredOperations(MetricRegistry registry, String nodeId) {
    this.registry = registry;
    this.prefix = DURATIONS + "{node=" + nodeId + ",";
  }

  @Override
  public long answered() {
    return timers().stream().mapToLong(Timer::getCount).sum();
  }

  /** That of the slowest kind: of percentiles there is no sum. */
  @Override
  public double p99Seconds() {
    double nanos =
        timers().stream()
            .mapToDouble(timer -> timer.getSnapshot().get99thPercentile())
            .max()
            .orElse(0);
    return nanos / TimeUnit.SECONDS.toNanos(1);
  }

  private Collection<Timer> timers() {
    return registry.getTimers((name, metric) -> name.startsWith(prefix)).values();
  }
}
