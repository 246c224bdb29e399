package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class JmxMetricsTest {
  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

  @Test
  void showsWhatIsAndWhatComesUntilItIsClosed() throws Exception {
    try (MetricScope scope = new MetricScope(NodeMetrics.registry(), "jmx-test")) {
      scope.counter("relaykv_elections").inc(3);
      ObjectName before = new ObjectName("relaykv:name=relaykv_elections,node=jmx-test");
      ObjectName after =
          new ObjectName("relaykv:name=relaykv_operation_duration_seconds,node=jmx-test");

      JmxMetrics shown = JmxMetrics.start();
      try {
        scope
            .durations("relaykv_operation_duration_seconds")
            .record(Duration.ofMillis(3).toNanos(), 2);
        assertThat(beans.getAttribute(before, "Count")).isEqualTo(3L);
        assertThat(beans.getAttribute(after, "Count")).isEqualTo(2L);
        assertThat((double) beans.getAttribute(after, "99thPercentile")).isBetween(2.9, 3.1);
        assertThat(beans.queryNames(new ObjectName("relaykv:name=jvm_memory_heap_used"), null))
            .hasSize(1);
      } finally {
        shown.close();
      }

      assertThat(beans.queryNames(new ObjectName("relaykv:*"), null)).isEmpty();
    }
  }
}
