package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DurationsTest {
  private final Durations durations = new Durations();

  @Test
  void countsHoweverTheyAreGiven() {
    durations.record(Duration.ofMillis(2).toNanos(), 3);
    durations.update(4, TimeUnit.MILLISECONDS);
    durations.update(Duration.ofMillis(10));

    assertThat(durations.getCount()).isEqualTo(5);
    assertThat(durations.totalNanos()).isEqualTo(Duration.ofMillis(20).toNanos());
    assertThat((double) durations.getSnapshot().getMax()).isCloseTo(10e6, within(1e5));
  }

  @Test
  void countsWhatTheTimerTimesItself() {
    long nanos = durations.time().stop();

    assertThat(durations.getCount()).isEqualTo(1);
    assertThat(durations.totalNanos()).isEqualTo(nanos);
  }

  @Test
  void sizesAreAddedUp() {
    Sizes sizes = new Sizes(512);
    sizes.update(3);
    sizes.update(5L);

    assertThat(sizes.getCount()).isEqualTo(2);
    assertThat(sizes.total()).isEqualTo(8);
    assertThat(sizes.getSnapshot().getMax()).isEqualTo(5);
  }
}
