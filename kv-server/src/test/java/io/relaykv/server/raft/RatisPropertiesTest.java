package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.ratis.retry.RetryPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatisPropertiesTest {
  @ParameterizedTest
  @ValueSource(ints = {31, 100, 1_031, 10_000_000})
  void aFollowerThatWasDownForLongIsTriedAgainSoonAndNotWithoutAPause(int errors) {
    long waitMs =
        RetryPolicy.parse(RatisProperties.FOLLOWER_RETRIES, "test")
            .handleAttemptFailure(() -> errors)
            .getSleepTime()
            .toLong(TimeUnit.MILLISECONDS);
    assertThat(waitMs).isBetween(100L, 400L);
  }
}
