package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.FollowerProgress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerGaugesTest {
  private final MetricRegistry registry = new MetricRegistry();
  private List<FollowerProgress> followers = List.of();
  private final FollowerGauges gauges =
      new FollowerGauges(new MetricScope(registry, "n1"), () -> followers, () -> 100);

  @Test
  void showsThoseThatThereAre() {
    gauges.look();
    assertThat(registry.getNames()).isEmpty();

    followers = List.of(follower("n2", 90, 1500), follower("n3", 101, 0));
    gauges.look();
    assertThat(value("relaykv_follower_lag_entries{node=n1,follower=n2}")).isEqualTo(10L);
    assertThat(value("relaykv_follower_lag_entries{node=n1,follower=n3}")).isEqualTo(0L);
    assertThat(value("relaykv_follower_silent_seconds{node=n1,follower=n2}")).isEqualTo(1.5);

    followers = List.of(follower("n3", 100, 0));
    assertThat(value("relaykv_follower_lag_entries{node=n1,follower=n2}")).isNull();
    gauges.look();
    assertThat(registry.getNames())
        .containsExactly(
            "relaykv_follower_lag_entries{node=n1,follower=n3}",
            "relaykv_follower_silent_seconds{node=n1,follower=n3}");

    followers = List.of();
    gauges.look();
    assertThat(registry.getNames()).isEmpty();
  }

  private Object value(String name) {
    return registry.getGauges().get(name).getValue();
  }

  private static FollowerProgress follower(String id, long matchIndex, long silentMs) {
    return new FollowerProgress(id, matchIndex, Duration.ofMillis(silentMs));
  }
}
