package io.relaykv.server.api;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.metrics.MetricScope;
import java.time.Duration;

/** What is counted of operations, in a registry and by a clock of a test's own. */
final class CountedOperations {
  private final MetricRegistry registry = new MetricRegistry();
  private long nanos;
  private final OperationMetrics metrics =
      new OperationMetrics(new MetricScope(registry, "n1"), "n1", () -> nanos);

  OperationMetrics metrics() {
    return metrics;
  }

  void passes(Duration time) {
    nanos += time.toNanos();
  }

  /** How many were counted. */
  long counted(String operation, String outcome) {
    return registry
        .getCounters()
        .get("relaykv_operations{node=n1,operation=%s,outcome=%s}".formatted(operation, outcome))
        .getCount();
  }

  /** How many were timed. */
  long timed(String operation) {
    return registry
        .getTimers()
        .get("relaykv_operation_duration_seconds{node=n1,operation=%s}".formatted(operation))
        .getCount();
  }

  /** The longest that was timed within the last minute, within 1 %. */
  Duration longest(String operation) {
    return Duration.ofNanos(
        registry
            .getTimers()
            .get("relaykv_operation_duration_seconds{node=n1,operation=%s}".formatted(operation))
            .getSnapshot()
            .getMax());
  }
}
