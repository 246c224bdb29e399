package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeasuredOperationsTest {
  private final MetricRegistry registry = new MetricRegistry();
  private final MeasuredOperations operations = new MeasuredOperations(registry, "n1");

  @Test
  void isNothingWhereNothingIsMeasured() {
    assertThat(operations.answered()).isZero();
    assertThat(operations.p99Seconds()).isZero();
  }

  @Test
  void addsUpAllKindsAndTakesThePercentileOfTheSlowest() {
    measured("relaykv_operation_duration_seconds{node=n1,operation=get}", 3, Duration.ofMillis(1));
    measured("relaykv_operation_duration_seconds{node=n1,operation=put}", 2, Duration.ofMillis(8));

    measured("relaykv_operation_duration_seconds{node=n1,operation=keys}", 1, Duration.ofDays(1));

    assertThat(operations.answered()).isEqualTo(6);
    assertThat(operations.p99Seconds()).isCloseTo(0.008, within(0.0001));
  }

  @Test
  void leavesOutOtherNodesAndOtherMetrics() {
    measured("relaykv_operation_duration_seconds{node=n11,operation=get}", 1, Duration.ofDays(1));
    measured("relaykv_log_fsync_duration_seconds{node=n1}", 1, Duration.ofDays(1));
    registry.counter("relaykv_operation_duration_seconds{node=n1,operation=odd}").inc();

    assertThat(operations.answered()).isZero();
    assertThat(operations.p99Seconds()).isZero();
  }

  private void measured(String name, int times, Duration duration) {
    for (int i = 0; i < times; i++) {
      registry.timer(name).update(duration);
    }
  }
}
