package io.relaykv.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ClientListener;
import io.relaykv.client.KvClient;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FeatureFlagsIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static final Duration OFTEN = Duration.ofMillis(50);

  @Test
  void aFlagIsSeenSoonAndStaysAsItWasWhileTheClusterIsAway(KvCluster cluster, KvClient client) {
    AtomicInteger failures = new AtomicInteger();
    client.put("flags/new-checkout", true);
    client.put("flags/broken", "yes");
    try (KvClient hasty = impatient(cluster, failures);
        FeatureFlags flags = FeatureFlags.of(hasty, OFTEN)) {
      assertThat(flags.isOn("new-checkout", false)).isTrue();
      assertThat(flags.isOn("broken", false)).isFalse();
      assertThat(flags.isOn("unknown", true)).isTrue();

      client.put("flags/new-checkout", false);
      await("the change").until(() -> !flags.isOn("new-checkout", true));

      cluster.killAll();
      await("two polls in vain").until(() -> failures.get() >= 2);
      assertThat(flags.isOn("new-checkout", true)).isFalse();
      try (FeatureFlags late = FeatureFlags.of(hasty, OFTEN)) {
        assertThat(late.isOn("new-checkout", true)).isTrue();
        assertThat(late.isOn("new-checkout", false)).isFalse();
      }

      cluster.startAll();
      cluster.awaitServing();
      client.delete("flags/new-checkout");
      await("the deletion").until(() -> flags.isOn("new-checkout", true));
    }
  }

  private static KvClient impatient(KvCluster cluster, AtomicInteger failures) {
    ClientListener counting =
        new ClientListener() {
          @Override
          public void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {
            if (outcome == OperationOutcome.UNAVAILABLE) {
              failures.incrementAndGet();
            }
          }
        };
    return KvClient.builder()
        .nodes(cluster.addresses())
        .apiKey(cluster.apiKey())
        .requestTimeout(Duration.ofSeconds(1))
        .listener(counting)
        .build();
  }
}
