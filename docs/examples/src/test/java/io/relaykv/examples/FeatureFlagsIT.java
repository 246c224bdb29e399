package io.relaykv.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FeatureFlagsIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static final Duration OFTEN = Duration.ofMillis(50);

  @Test
  void aFlagIsSeenSoonAndStaysAsItWasWhileTheClusterIsAway(KvCluster cluster, KvClient client) {
    client.put("flags/new-checkout", true);
    client.put("flags/broken", "yes");
    try (KvClient hasty = impatient(cluster);
        FeatureFlags flags = FeatureFlags.of(hasty, OFTEN)) {
      assertThat(flags.isOn("new-checkout", false)).isTrue();
      assertThat(flags.isOn("broken", false)).isFalse();
      assertThat(flags.isOn("unknown", true)).isTrue();

      client.put("flags/new-checkout", false);
      await("the change").until(() -> !flags.isOn("new-checkout", true));

      cluster.killAll();
      assertThat(flags.isOn("new-checkout", true)).isFalse();
      cluster.startAll();
      cluster.awaitServing();
      client.delete("flags/new-checkout");
      await("the deletion").until(() -> flags.isOn("new-checkout", true));
    }
  }

  @Test
  void withoutAClusterTheDefaultsHold(KvCluster cluster) {
    cluster.killAll();
    try (KvClient hasty = impatient(cluster);
        FeatureFlags flags = FeatureFlags.of(hasty, OFTEN)) {
      assertThat(flags.isOn("new-checkout", false)).isFalse();
      assertThat(flags.isOn("new-checkout", true)).isTrue();
    }
  }

  private static KvClient impatient(KvCluster cluster) {
    return KvClient.builder()
        .nodes(cluster.addresses())
        .apiKey(cluster.apiKey())
        .requestTimeout(Duration.ofSeconds(1))
        .build();
  }
}
