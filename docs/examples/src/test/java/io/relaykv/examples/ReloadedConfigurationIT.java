package io.relaykv.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReloadedConfigurationIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final CartLimits DEFAULT = new CartLimits(20, "EUR");

  private record CartLimits(long maxItems, String currency) {
    static CartLimits of(KvValue value) {
      return new CartLimits(
          value.get("max_items").orElseThrow().asLong(),
          value.get("currency").orElseThrow().asString());
    }
  }

  @Test
  void aChangeIsTakenOverAsAWholeAndAMistakeIsNot(KvCluster cluster, KvClient client) {
    List<KvValue> found = new CopyOnWriteArrayList<>();
    List<CartLimits> told = new CopyOnWriteArrayList<>();
    Function<KvValue, CartLimits> parser =
        value -> {
          found.add(value);
          return CartLimits.of(value);
        };
    try (ReloadedConfiguration<CartLimits> limits =
        ReloadedConfiguration.of(client, "config/cart", parser, DEFAULT, told::add, OFTEN)) {
      assertThat(limits.current()).isEqualTo(DEFAULT);

      put(client, "{\"max_items\": 50, \"currency\": \"EUR\"}");
      await("the first").until(() -> limits.current().equals(new CartLimits(50, "EUR")));

      put(client, "{\"max_items\": \"many\", \"currency\": \"EUR\"}");
      await("the mistake").until(() -> found.size() == 2);
      assertThat(limits.current()).isEqualTo(new CartLimits(50, "EUR"));

      cluster.kill(cluster.awaitLeader());
      put(client, "{\"max_items\": 60, \"currency\": \"CHF\"}");
      await("the last").until(() -> limits.current().equals(new CartLimits(60, "CHF")));
      await("all was told").until(() -> told.size() == 2);
      assertThat(told).containsExactly(new CartLimits(50, "EUR"), new CartLimits(60, "CHF"));
    }
  }

  private static void put(KvClient client, String json) {
    client.put("config/cart", KvValue.parse(json));
  }
}
