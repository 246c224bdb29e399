package io.relaykv.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class MetricScopeTest {
  private final MetricRegistry registry = new MetricRegistry();
  private final MetricScope scope = new MetricScope(registry, "n1");

  @Test
  void everyKindIsWrittenWithItsLabelsAndHelp() throws IOException {
    scope.counter("relaykv_operations", "operation", "get", "outcome", "ok").inc(3);
    scope.gauge("relaykv_applied_index", () -> 7L);
    scope.flag("relaykv_is_leader", () -> true);
    scope.count("relaykv_rocksdb_stall_seconds", () -> 0.5);
    scope.fact("relaykv_build", "version", "1.2.3-SNAPSHOT");
    scope
        .durations("relaykv_operation_duration_seconds", "operation", "get")
        .record(Duration.ofMillis(250).toNanos(), 4);
    scope.sizes("relaykv_log_entry_writes", 512).update(5);

    assertThat(text())
        .contains(
            """
            # HELP relaykv_operations_total Operations of clients that this node has answered, by""")
        .contains(
            """
            # TYPE relaykv_operations_total counter
            relaykv_operations_total{node="n1",operation="get",outcome="ok"} 3.0
            """)
        .contains("# TYPE relaykv_applied_index gauge\nrelaykv_applied_index{node=\"n1\"} 7.0\n")
        .contains("relaykv_is_leader{node=\"n1\"} 1.0\n")
        .contains(
            """
            # TYPE relaykv_rocksdb_stall_seconds_total counter
            relaykv_rocksdb_stall_seconds_total{node="n1"} 0.5
            """)
        .contains(
            """
            # TYPE relaykv_build_info gauge
            relaykv_build_info{node="n1",version="1.2.3-SNAPSHOT"} 1
            """)
        .contains(
            """
            relaykv_operation_duration_seconds_count{node="n1",operation="get"} 4
            relaykv_operation_duration_seconds_sum{node="n1",operation="get"} 1.0
            """)
        .containsPattern(
            "relaykv_operation_duration_seconds\\{node=\"n1\",operation=\"get\",quantile=\"0.999\"} 0\\.2[45]")
        .contains("relaykv_log_entry_writes_sum{node=\"n1\"} 5.0\n");
  }

  @Test
  void ofNothingThereIsNoPercentile() throws IOException {
    scope.durations("relaykv_operation_duration_seconds", "operation", "get");

    assertThat(text())
        .contains("operation=\"get\",quantile=\"0.99\"} NaN\n")
        .contains("_count{node=\"n1\",operation=\"get\"} 0\n");
  }

  @Test
  void whatCannotBeToldIsLeftOut() throws IOException {
    scope.gauge("relaykv_keys", () -> null);
    scope.count("relaykv_rocksdb_stall_seconds", () -> null);

    assertThat(text()).isEmpty();
  }

  @Test
  void nodesHaveTheirOwn() {
    MetricScope other = new MetricScope(registry, "n2");
    other.gauge("relaykv_keys", () -> 1);
    scope.gauge("relaykv_keys", () -> 1);
    scope.gauge("relaykv_keys", () -> 2);
    scope.counter("relaykv_operations").inc();
    scope.counter("relaykv_operations").inc();

    assertThat(registry.getGauges().get("relaykv_keys{node=n1}").getValue()).isEqualTo(2);
    assertThat(registry.getCounters().get("relaykv_operations{node=n1}").getCount()).isEqualTo(2);
    scope.remove("relaykv_operations");
    assertThat(registry.getCounters()).isEmpty();

    scope.close();

    assertThat(registry.getNames()).containsExactly("relaykv_keys{node=n2}");
  }

  @Test
  void beansHaveLabelsToo() throws Exception {
    assertThat(JmxMetrics.objectName("relaykv_operations{node=n1,operation=get}"))
        .isEqualTo(new ObjectName("relaykv:name=relaykv_operations,node=n1,operation=get"));
    assertThat(JmxMetrics.objectName("ratis.log_worker.n1@group-2AF0.flushTime"))
        .isEqualTo(new ObjectName("relaykv:name=ratis_log_worker_flushTime,node=n1"));
  }

  private String text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PrometheusText(registry).writeTo(out);
    return out.toString(UTF_8);
  }
}
