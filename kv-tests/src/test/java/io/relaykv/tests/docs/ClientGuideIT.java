package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of docs/client.md do what is said of them. */
class ClientGuideIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static KvClient.Builder builder(KvCluster cluster) {
    return KvClient.builder().nodes(cluster.addresses()).apiKey(cluster.apiKey());
  }

  @Test
  void futuresAreJoinedTogether(KvClient client) {
    ClientGuide.futures(client);
    assertThat(client.keys("seats/")).containsExactly("seats/a", "seats/b", "seats/c");
  }

  @Test
  void everyErrorSaysWhatBecameOfIt(KvCluster cluster, KvClient client) {
    KvValue value = KvValue.of(50);
    assertThat(ClientGuide.errors(client, value)).isEqualTo("stored");
    assertThat(ClientGuide.errors(client, KvValue.of("x".repeat(2 << 20))))
        .startsWith("certainly not stored, nor will it be");
    try (KvClient early = builder(cluster).requestTimeout(Duration.ofSeconds(2)).build()) {
      cluster.awaitServing();
      early.ping();
      // A majority is gone: what the leader has taken it can neither carry out nor take back.
      cluster.nodeIds().forEach(cluster::isolate);
      assertThat(ClientGuide.errors(early, value)).startsWith("perhaps stored");
      cluster.killAll();
      assertThat(ClientGuide.errors(early, value))
          .startsWith("certainly not stored, later")
          .contains("connection refused");
    }
  }

  @Test
  void aClientIsObserved(KvCluster cluster) {
    MetricRegistry registry = new MetricRegistry();
    try (KvClient client = ClientGuide.observed(builder(cluster), registry).build()) {
      client.put("k", 1);
    }
    assertThat(registry.counter("relaykv.client.operations.put.ok").getCount()).isEqualTo(1);
  }
}
