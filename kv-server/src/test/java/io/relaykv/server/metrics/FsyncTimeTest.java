package io.relaykv.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.tls.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FsyncTimeTest {
  private final Durations durations = new Durations();
  private final FsyncTime fsyncs = new FsyncTime("n1", durations);

  @Test
  void recordsWhatIsTimed() {
    long nanos = fsyncs.time().stop();

    assertThat(durations.getCount()).isEqualTo(1);
    assertThat(durations.totalNanos()).isEqualTo(nanos);
  }

  @Test
  void slowOnesAreSaidAFewTimesAMinute() {
    try (LogLines lines = new LogLines(FsyncTime.class).alone()) {
      fsyncs.took(Duration.ofMillis(499).toNanos());
      assertThat(lines.warnings()).isEmpty();

      fsyncs.took(Duration.ofMillis(812).toNanos());
      assertThat(lines.warnings())
          .containsExactly(
              "n1: the disk took 812 ms to write the log through (fsync); writes have waited for"
                  + " it");

      for (int i = 0; i < 20; i++) {
        fsyncs.took(Duration.ofSeconds(1).toNanos());
      }
      assertThat(lines.warnings()).hasSize(6);
      assertThat(durations.getCount()).isEqualTo(22);
    }
  }
}
