package io.relaykv.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private final MetricRegistry registry = new MetricRegistry();

  @Test
  void writesEveryKindOfMetric() throws IOException {
    registry.counter("kv.puts").inc(3);
    registry.meter("kv.gets").mark(4);
    registry.histogram("kv.batch").update(5);
    registry.timer("kv.apply").update(Duration.ofMillis(250));
    registry.registerGauge("kv.index", () -> 6L);
    registry.registerGauge("kv.leader", () -> true);

    assertThat(text())
        .contains("# TYPE kv_puts_total counter\nkv_puts_total 3.0\n")
        .contains("# TYPE kv_gets_total counter\nkv_gets_total 4.0\n")
        .contains("# TYPE kv_batch summary\n", "kv_batch{quantile=\"0.5\"} 5.0\n")
        .contains("kv_batch_count 1\n")
        .contains("# TYPE kv_apply summary\n", "kv_apply{quantile=\"0.99\"} 0.25\n")
        .contains("kv_apply_count 1\n")
        .contains("# TYPE kv_index gauge\nkv_index 6.0\n")
        .contains("kv_leader 1.0\n");
  }

  @Test
  void writesTheNodesOfOneJvmAsOneFamily() throws IOException {
    registry.counter("ratis.server.n1@group-1.numInstallSnapshot").inc();
    registry.counter("ratis.server.n2@group-1.numInstallSnapshot").inc(2);

    assertThat(text())
        .contains(
            """
            # TYPE ratis_server_numInstallSnapshot_total counter
            ratis_server_numInstallSnapshot_total{node="n1"} 1.0
            ratis_server_numInstallSnapshot_total{node="n2"} 2.0
            """);
  }

  @Test
  void leavesOutWhatHasNoNumber() throws IOException {
    registry.registerGauge("text", () -> "x");
    registry.registerGauge("set", Set::of);
    registry.registerGauge("nothing", () -> (Integer) null);
    registry.register(
        "failing",
        (Gauge<Integer>)
            () -> {
              throw new IllegalStateException("closed");
            });
    registry.counter("negative").dec();
    registry.counter("good").inc();

    assertThat(text().lines().filter(line -> !line.startsWith("#")))
        .containsExactly("good_total 1.0");
  }

  @Test
  void survivesNamesThatCollide() throws IOException {
    registry.registerGauge("a.b", () -> 1);
    registry.registerGauge("a_b", () -> 2);
    registry.registerGauge("ratis.x.n1@group-1.y", () -> 3);
    registry.counter("ratis.x.n2@group-1.y").inc(4);

    assertThat(text().lines().filter(line -> !line.startsWith("#")))
        .containsExactly("a_b 1.0", "ratis_x_y_total{node=\"n2\"} 4.0");
  }

  @Test
  void writesTheJvm() throws IOException {
    JvmMetrics.registerIn(registry);

    assertThat(text())
        .contains(
            "\njvm_memory_heap_used ", "\njvm_threads_count ", "\njvm_threads_deadlock_count ")
        .containsPattern("\njvm_gc_\\w+_count \\d");
    assertThat(NodeMetrics.registry().getNames()).contains("jvm.memory.heap.used");
  }

  private String text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PrometheusText(registry).writeTo(out);
    return out.toString(UTF_8);
  }
}
