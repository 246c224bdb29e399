package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTimeTest {
  private static final LogTime NOW = new LogTime(5_000, 1_700_000_000_000L);

  @Test
  void passesAsItDoesOnTheLeadersClock() {
    assertThat(NOW.next(NOW.stampMs() + 7)).isEqualTo(new LogTime(5_007, NOW.stampMs() + 7));
    assertThat(NOW.next(NOW.stampMs())).isEqualTo(NOW);
  }

  @Test
  void aLongPauseCountsForTheLongestStep() {
    assertThat(NOW.next(NOW.stampMs() + LogTime.MAX_STEP_MS).ms()).isEqualTo(15_000);
    assertThat(NOW.next(NOW.stampMs() + LogTime.MAX_STEP_MS + 1).ms()).isEqualTo(15_000);
    assertThat(LogTime.START.next(NOW.stampMs()).ms()).isEqualTo(10_000);
  }

  @Test
  void neverGoesBackButOnFromWhereTheClockIsNow() {
    LogTime back = NOW.next(NOW.stampMs() - 3_600_000);
    assertThat(back.ms()).isEqualTo(5_000);
    assertThat(back.next(back.stampMs() + 3).ms()).isEqualTo(5_003);
  }

  @Test
  void anyStampIsTaken() {
    for (long stamp : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      assertThat(NOW.next(stamp).ms()).isBetween(5_000L, 15_000L);
      assertThat(new LogTime(5_000, stamp).next(NOW.stampMs()).ms()).isBetween(5_000L, 15_000L);
    }
  }
}
