package io.relaykv.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.metrics.PrometheusText;
import io.relaykv.server.tls.LogLines;
import io.relaykv.statemachine.CheckComparison;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReplicaCheckResultsTest {
  private final MetricRegistry registry = new MetricRegistry();

  @Test
  void aDifferenceIsOneErrorAndRaisesTheMetricsUntilTheNextAgreement() throws IOException {
    try (LogLines lines = new LogLines(ReplicaCheckResults.class);
        ReplicaCheckResults results = new ReplicaCheckResults("n3", registry)) {
      results.compared(new CheckComparison(5, "n1", true, 1_000));
      assertThat(lines.of(Level.ERROR)).isEmpty();
      assertThat(metrics())
          .contains("relaykv_replica_check_compared_total{node=\"n3\"} 1.0")
          .contains("relaykv_replica_check_differed_total{node=\"n3\"} 0.0")
          .contains("relaykv_replica_check_differs{node=\"n3\"} 0.0")
          .contains("relaykv_replica_check_compared_timestamp_seconds{node=\"n3\"} 1.0");

      results.compared(new CheckComparison(77, "n1", false, 2_500));
      assertThat(lines.of(Level.ERROR)).hasSize(1);
      assertThat(lines.of(Level.ERROR).get(0))
          .startsWith("n3 does not hold the same as leader n1 as of log entry 77")
          .contains("kv-shell verify")
          .contains("replace");
      assertThat(metrics())
          .contains("relaykv_replica_check_differed_total{node=\"n3\"} 1.0")
          .contains("relaykv_replica_check_differs{node=\"n3\"} 1.0")
          .contains("relaykv_replica_check_compared_timestamp_seconds{node=\"n3\"} 2.5");

      results.compared(new CheckComparison(99, "n2", true, 3_000));
      assertThat(metrics())
          .contains("relaykv_replica_check_compared_total{node=\"n3\"} 3.0")
          .contains("relaykv_replica_check_differed_total{node=\"n3\"} 1.0")
          .contains("relaykv_replica_check_differs{node=\"n3\"} 0.0");
    }
    assertThat(registry.getMetrics()).isEmpty();
  }

  private String metrics() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PrometheusText(registry).writeTo(out);
    return out.toString(UTF_8);
  }
}
