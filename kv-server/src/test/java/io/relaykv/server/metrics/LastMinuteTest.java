package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.Snapshot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastMinuteTest {
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(10);

  private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(15);
  private final LastMinute values = new LastMinute(1000, HIGHEST, () -> nanos);

  @Test
  void tellsPercentilesWithinOnePerCent() {
    IntStream.rangeClosed(1, 1000).forEach(ms -> values.update(ms * 1_000_000L));

    Snapshot snapshot = values.getSnapshot();
    assertThat(snapshot.getMedian()).isCloseTo(500e6, within(5e6));
    assertThat(snapshot.get99thPercentile()).isCloseTo(990e6, within(10e6));
    assertThat(snapshot.get999thPercentile()).isCloseTo(999e6, within(10e6));
    assertThat(snapshot.getMean()).isCloseTo(500.5e6, within(5e6));
    assertThat(snapshot.getStdDev()).isCloseTo(288.7e6, within(5e6));
    assertThat((double) snapshot.getMin()).isCloseTo(1e6, within(1e4));
    assertThat((double) snapshot.getMax()).isCloseTo(1000e6, within(10e6));
    assertThat(snapshot.size()).isEqualTo(1000);
  }

  @Test
  void takesManyEqualOnesAtOnce() {
    values.record(1_000_000, 999);
    values.record(50_000_000, 1);

    Snapshot snapshot = values.getSnapshot();
    assertThat(snapshot.size()).isEqualTo(1000);
    assertThat(snapshot.get99thPercentile()).isCloseTo(1e6, within(1e4));
    assertThat((double) snapshot.getMax()).isCloseTo(50e6, within(5e5));
  }

  @Test
  void givesEveryReaderTheSame() {
    values.update(5_000_000);

    assertThat(values.getSnapshot().size()).isEqualTo(1);
    assertThat(values.getSnapshot().size()).isEqualTo(1);
    assertThat(values.size()).isEqualTo(1);
  }

  @Test
  void keepsAMinuteHoweverOftenItIsRead() {
    values.update(5_000_000);

    for (int s = 1; s <= 60; s++) {
      passes(Duration.ofSeconds(1));
      assertThat(values.size()).as("after %d s", s).isEqualTo(1);
    }
    passes(LastMinute.STEP);
    assertThat(values.size()).isZero();
  }

  @Test
  void forgetsWhatNobodyHasReadInTime() {
    values.update(5_000_000);
    passes(Duration.ofSeconds(65));
    values.update(1_000_000);
    assertThat(values.size()).as("recording moves the time on, too").isBetween(1, 2);

    passes(Duration.ofSeconds(59));
    values.update(1_000_000);

    assertThat((double) values.getSnapshot().getMax()).isCloseTo(1e6, within(1e4));
    passes(Duration.ofDays(400));
    assertThat(values.size()).isZero();
  }

  @Test
  void bendsWhatIsOutOfRange() {
    values.update(-1);
    values.update(Long.MAX_VALUE);

    Snapshot snapshot = values.getSnapshot();
    assertThat(snapshot.size()).isEqualTo(2);
    assertThat((double) snapshot.getMax())
        .isCloseTo((double) HIGHEST, within((double) HIGHEST / 100));
  }

  @Test
  void isEmptyAtFirst() {
    Snapshot snapshot = values.getSnapshot();

    assertThat(snapshot.size()).isZero();
    assertThat(snapshot.getMin()).isZero();
    assertThat(snapshot.getMax()).isZero();
    assertThat(snapshot.getValues()).isEmpty();
  }

  @Test
  void showsTheValuesThemselves() {
    LastMinute small = new LastMinute(1, 512, () -> nanos);
    small.update(3);
    small.update(3);
    small.update(7);

    assertThat(small.getSnapshot().getValues()).containsExactly(3, 7);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    small.getSnapshot().dump(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("3\n7\n");
  }

  private void passes(Duration time) {
    nanos += time.toNanos();
  }
}
