package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvClient;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.client.dropwizard.DropwizardClientMetrics;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client tells of itself, and how it waits, while a real cluster changes. */
class ClientListenerIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static KvClient.Builder builder(KvCluster cluster) {
    return KvClient.builder()
        .nodes(cluster.addresses())
        .apiKey(cluster.apiKey())
        .requestTimeout(Duration.ofSeconds(30));
  }

  private static Optional<LeaderNode> leader(KvCluster cluster, String id) {
    return Optional.of(new LeaderNode(id, cluster.addressOf(id)));
  }

  @Test
  void aFailOverIsToldAndCounted(KvCluster cluster) {
    MetricRegistry registry = new MetricRegistry();
    List<Optional<LeaderNode>> leaders = new CopyOnWriteArrayList<>();
    try (KvClient client =
        builder(cluster)
            .listener(DropwizardClientMetrics.in(registry))
            .onLeaderChange(leaders::add)
            .build()) {
      String first = cluster.awaitLeader();
      client.put("k", 1);
      assertThat(leaders).last().isEqualTo(leader(cluster, first));

      cluster.isolate(first);
      // The old leader takes it, and cannot carry it out: it is sent again to the next one.
      client.put("k", 2);
      String next = cluster.awaitLeaderOtherThan(first);
      client.ping();

      await("the next leader to be told")
          .until(() -> leaders.get(leaders.size() - 1).equals(leader(cluster, next)));
      assertThat(leaders)
          .as("the first, none, and at last the next")
          .startsWith(leader(cluster, first), Optional.empty());
    }
    assertThat(counter(registry, "operations.put.ok")).isEqualTo(2);
    assertThat(counter(registry, "operations.ping.ok")).isEqualTo(1);
    assertThat(registry.timer("relaykv.client.latency.put").getCount()).isEqualTo(2);
    assertThat(counter(registry, "retries")).isPositive();
    assertThat(counter(registry, "sessions")).isEqualTo(1);
    assertThat(counter(registry, "reconnects")).isPositive();
    assertThat(counter(registry, "leader-changes")).isPositive();
    assertThat(counter(registry, "outstanding")).isZero();
  }

  private static long counter(MetricRegistry registry, String name) {
    return registry.getCounters().get("relaykv.client." + name).getCount();
  }

  @Test
  void whoWaitsForTheClusterGoesOnWhenItServes(KvCluster cluster) {
    cluster.killAll();
    try (KvClient client = builder(cluster).requestTimeout(Duration.ofSeconds(1)).build()) {
      UnavailableException failure =
          catchThrowableOfType(
              UnavailableException.class, () -> client.awaitReady(Duration.ofSeconds(2)));
      assertThat(failure.attempts())
          .extracting(NodeFailure::node)
          .containsExactlyInAnyOrderElementsOf(cluster.addresses());
      assertThat(failure.attempts())
          .extracting(NodeFailure::cause)
          .containsOnly("connection refused");

      CompletableFuture<Void> ready = client.async().awaitReady(Duration.ofMinutes(2));
      assertThat(ready).isNotDone();
      cluster.startAll();
      ready.join();
      assertThat(client.ping()).isPositive();
    }
  }

  @Test
  void aPingNeedsAValidKeyAndNoRight(KvCluster cluster) {
    String writeOnly = cluster.newApiKey(KvCluster.ACCOUNT, ApiKeyRight.WRITE);
    String readOnly = cluster.newApiKey(KvCluster.ACCOUNT, ApiKeyRight.READ);
    try (KvClient writer = builder(cluster).apiKey(writeOnly).build();
        KvClient reader = builder(cluster).apiKey(readOnly).build();
        KvClient stranger = builder(cluster).apiKey("rk_4711_" + "ab".repeat(32)).build()) {
      assertThat(writer.ping()).isPositive();
      assertThatThrownBy(() -> writer.get("k")).isInstanceOf(NotAllowedException.class);
      assertThat(reader.ping()).isPositive();
      assertThatThrownBy(stranger::ping).isInstanceOf(NotAllowedException.class);
      assertThatThrownBy(() -> stranger.awaitReady(Duration.ofMinutes(1)))
          .isInstanceOf(NotAllowedException.class);
    }
  }
}
