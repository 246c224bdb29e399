package io.relaykv.client.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DropwizardClientMetricsTest {
  private static final LeaderNode N1 = new LeaderNode("n1", "a:1");
  private static final LeaderNode N2 = new LeaderNode("n2", "a:2");

  private final MetricRegistry registry = new MetricRegistry();
  private final DropwizardClientMetrics metrics = DropwizardClientMetrics.in(registry);

  private long counter(String name) {
    return registry.getCounters().get("relaykv.client." + name).getCount();
  }

  @Test
  void allAreThereFromTheStart() {
    assertThat(registry.getCounters().values()).allMatch(counter -> counter.getCount() == 0);
    assertThat(registry.getNames())
        .contains("relaykv.client.operations.get.missing", "relaykv.client.latency.ping")
        .doesNotContain(
            "relaykv.client.operations.put.missing", "relaykv.client.operations.get.unknown");
  }

  @Test
  void operationsAreCountedByKindAndOutcome() {
    metrics.operationBegan(OperationKind.GET);
    metrics.operationBegan(OperationKind.PUT);
    metrics.operationBegan(OperationKind.PUT);
    assertThat(counter("outstanding")).isEqualTo(3);
    metrics.operationEnded(OperationKind.GET, OperationOutcome.MISSING, 5_000_000);
    metrics.operationEnded(OperationKind.PUT, OperationOutcome.UNKNOWN, 7_000_000);
    assertThat(counter("outstanding")).isEqualTo(1);
    assertThat(counter("operations.get.missing")).isEqualTo(1);
    assertThat(counter("operations.put.unknown")).isEqualTo(1);
    assertThat(registry.timer("relaykv.client.latency.get").getSnapshot().getMax())
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
    assertThat(registry.timer("relaykv.client.latency.put").getCount())
        .as("what failed took as long as the deadline")
        .isZero();
  }

  @Test
  void leadersAndWhatIsSentAgainAreCounted() {
    metrics.leaderFound(N1, Optional.empty());
    assertThat(counter("sessions")).isEqualTo(1);
    assertThat(counter("reconnects")).isZero();
    metrics.leaderLost(N1);
    metrics.leaderFound(N1, Optional.of(N1));
    assertThat(counter("reconnects")).isEqualTo(1);
    assertThat(counter("leader-changes")).isZero();
    metrics.leaderFound(N2, Optional.of(N1));
    metrics.operationsSentAgain(7);
    assertThat(counter("reconnects")).isEqualTo(2);
    assertThat(counter("leader-changes")).isEqualTo(1);
    assertThat(counter("retries")).isEqualTo(7);
    assertThat(counter("sessions")).isEqualTo(1);
  }

  @Test
  void severalClientsMayShareThem() {
    DropwizardClientMetrics.in(registry).operationsSentAgain(2);
    metrics.operationsSentAgain(1);
    assertThat(counter("retries")).isEqualTo(3);
    DropwizardClientMetrics.in(registry, "shop").operationsSentAgain(4);
    assertThat(registry.counter("shop.retries").getCount()).isEqualTo(4);
  }
}
