package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(new Random(1));

  @Test
  void doublesUntilItIsTheLongestAndStaysBelowASecond() {
    for (long whole : new long[] {20, 40, 80, 160, 320, 600, 600, 600}) {
      assertThat(backoff.nextDelayMs()).isBetween(whole / 2, whole);
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.nextDelayMs()).isBetween(300L, 600L);
    }
  }

  @Test
  void beginsAnewWhenItIsReset() {
    for (int i = 0; i < 10; i++) {
      backoff.nextDelayMs();
    }
    backoff.reset();
    assertThat(backoff.nextDelayMs()).isBetween(10L, 20L);
  }
}
