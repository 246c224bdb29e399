package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureThrottleTest {
  private static final int PER_MINUTE = 60;

  /** Near the end of what a long holds, as nanoTime may be. */
  private long nanos = Long.MAX_VALUE - 5;

  private final FailureThrottle throttle = new FailureThrottle(PER_MINUTE, () -> nanos);

  @Test
  void anAddressHasAMinutesWorthAtOnceAndNoMore() {
    assertThat(allowed("a", PER_MINUTE + 10)).isEqualTo(PER_MINUTE);
    assertThat(allowed("b", 1)).as("another address").isEqualTo(1);
  }

  @Test
  void oneComesBackEachSecond() {
    allowed("a", PER_MINUTE);
    pass(Duration.ofMillis(999));
    assertThat(throttle.count("a")).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(allowed("a", 2)).isEqualTo(1);
    pass(Duration.ofMillis(2500));
    assertThat(allowed("a", 5)).isEqualTo(2);
    pass(Duration.ofMillis(500));
    assertThat(allowed("a", 5)).as("what is left of a second counts").isEqualTo(1);
  }

  @Test
  void aLongPauseFillsItAndNoMore() {
    allowed("a", PER_MINUTE);
    pass(Duration.ofDays(400));
    assertThat(allowed("a", 2 * PER_MINUTE)).isEqualTo(PER_MINUTE);
  }

  @Test
  void theAddressesHeardOfLongestAgoAreForgotten() {
    allowed("old", PER_MINUTE);
    allowed("kept", PER_MINUTE);
    for (int i = 0; i < 9_998; i++) {
      throttle.count("address " + i);
    }
    assertThat(throttle.count("kept")).as("heard of again").isFalse();
    throttle.count("one more");
    assertThat(throttle.count("kept")).isFalse();
    assertThat(throttle.count("old")).as("forgotten").isTrue();
  }

  private void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  private int allowed(String address, int attempts) {
    int allowed = 0;
    for (int i = 0; i < attempts; i++) {
      allowed += throttle.count(address) ? 1 : 0;
    }
    return allowed;
  }
}
