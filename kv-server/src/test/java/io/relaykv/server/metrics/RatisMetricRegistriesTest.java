package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.junit.jupiter.api.Test;

class RatisMetricRegistriesTest {
  private static final MetricRegistryInfo N1 = log("n1@group-1");
  private static final MetricRegistryInfo N2 = log("n2@group-1");

  private final MetricRegistry target = new MetricRegistry();
  private final MetricRegistries registries = new RatisMetricRegistries(target);

  @Test
  void isTheProviderThatRatisFinds() {
    MetricRegistryInfo info = log("spi@group-1");

    assertThat(MetricRegistries.global()).isInstanceOf(RatisMetricRegistries.class);
    MetricRegistries.global().create(info).counter("flushCount").inc();
    try {
      assertThat(NodeMetrics.registry().getCounters())
          .containsKey("ratis.log_worker.spi@group-1.flushCount");
    } finally {
      MetricRegistries.global().remove(info);
    }
    assertThat(NodeMetrics.registry().getCounters())
        .doesNotContainKey("ratis.log_worker.spi@group-1.flushCount");
  }

  @Test
  void putsMetricsIntoTheTarget() {
    RatisMetricRegistry registry = registries.create(N1);

    LongCounter counter = registry.counter("flushCount");
    counter.inc(3);
    counter.dec();
    Timekeeper.Context time = registry.timer("flushTime").time();
    long elapsedNanos = time.stop();
    registry.gauge("queueSize", () -> () -> 5);

    assertThat(counter.getCount()).isEqualTo(2);
    assertThat(target.getCounters().get("ratis.log_worker.n1@group-1.flushCount").getCount())
        .isEqualTo(2);
    assertThat(target.getTimers().get("ratis.log_worker.n1@group-1.flushTime").getCount())
        .isEqualTo(1);
    assertThat(elapsedNanos).isPositive();
    Gauge<?> gauge = target.getGauges().get("ratis.log_worker.n1@group-1.queueSize");
    assertThat(gauge.getValue()).isEqualTo(5);
    assertThat(registry.getMetricRegistryInfo()).isEqualTo(N1);
  }

  @Test
  void removesOneMetric() {
    RatisMetricRegistry registry = registries.create(N1);
    registry.counter("a");
    registry.counter("b");

    assertThat(registry.remove("a")).isTrue();
    assertThat(registry.remove("a")).isFalse();
    assertThat(target.getNames()).containsExactly("ratis.log_worker.n1@group-1.b");
  }

  @Test
  void leavesTheMetricsOfOthersWhenRemovingOneByName() {
    target.counter("ratis.log_worker.n1@group-1.a");

    assertThat(registries.create(N1).remove("a")).isFalse();
    assertThat(target.getNames()).hasSize(1);
  }

  @Test
  void keepsARegistryUntilAsManyRemoveItAsCreatedIt() {
    RatisMetricRegistry registry = registries.create(N1);
    registry.counter("flushCount");
    registries.create(N2).counter("flushCount");

    assertThat(registries.create(N1)).isSameAs(registry);
    assertThat(registries.get(N1)).containsSame(registry);
    assertThat(registries.remove(N1)).isFalse();
    assertThat(target.getNames()).hasSize(2);
    assertThat(registries.getMetricRegistryInfos()).containsExactlyInAnyOrder(N1, N2);

    assertThat(registries.remove(N1)).isTrue();
    assertThat(target.getNames()).containsExactly("ratis.log_worker.n2@group-1.flushCount");
    assertThat(registries.get(N1)).isEmpty();
    assertThat(registries.getMetricRegistryInfos()).containsExactly(N2);
    assertThat(registries.getMetricRegistries()).hasSize(1);
    assertThat(registries.create(N1)).isNotSameAs(registry);
  }

  @Test
  void hasNothingToRemoveWhereNothingWasCreated() {
    assertThat(registries.remove(N1)).isFalse();
  }

  @Test
  void keepsLateMetricsOfARemovedRegistryOut() {
    RatisMetricRegistry old = registries.create(N1);
    registries.remove(N1);
    RatisMetricRegistry renewed = registries.create(N1);
    renewed.counter("count").inc();
    renewed.timer("time");

    old.counter("count").inc();
    old.timer("time").time().stop();
    old.gauge("gauge", () -> () -> 1);
    old.remove("count");

    assertThat(target.getNames()).hasSize(2);
    assertThat(renewed.counter("count").getCount()).isEqualTo(1);
    assertThat(target.getTimers().get("ratis.log_worker.n1@group-1.time").getCount()).isZero();
  }

  @Test
  void clearsEverythingOfItsOwn() {
    target.counter("ours");
    registries.create(N1).counter("a");
    registries.create(N1);
    registries.create(N2).counter("a");

    registries.clear();

    assertThat(target.getNames()).containsExactly("ours");
    assertThat(registries.getMetricRegistries()).isEmpty();
  }

  private static MetricRegistryInfo log(String member) {
    return new MetricRegistryInfo(member, "ratis", "log_worker", "Metrics for Log Worker");
  }
}
