package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.KeyPage;
import io.relaykv.protocol.v1.Missing;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.Written;
import io.relaykv.server.api.OperationMetrics.Kind;
import io.relaykv.server.tls.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationMetricsTest {
  private static final Response WRITTEN =
      Response.newBuilder().setWritten(Written.getDefaultInstance()).build();
  private static final Response MISSING =
      Response.newBuilder().setMissing(Missing.getDefaultInstance()).build();
  private static final Response PAGE =
      Response.newBuilder().setPage(KeyPage.getDefaultInstance()).build();

  private final CountedOperations counted = new CountedOperations();
  private final OperationMetrics metrics = counted.metrics();

  @Test
  void countsNeighboursThatAreAlikeAtOnceAndAllOfThem() {
    long early = metrics.now();
    counted.passes(Duration.ofMillis(30));
    long late = metrics.now();
    counted.passes(Duration.ofMillis(20));

    OperationMetrics.Run run = metrics.run();
    run.add(Kind.PUT, WRITTEN, early);
    run.add(Kind.PUT, WRITTEN, early);
    run.add(Kind.PUT, WRITTEN, late);
    run.add(Kind.DELETE, WRITTEN, late);
    run.add(Kind.GET, MISSING, late);
    run.add(Kind.KEYS, PAGE, late);
    run.end();
    run.end();

    assertThat(counted.counted("put", "ok")).isEqualTo(3);
    assertThat(counted.timed("put")).isEqualTo(3);
    assertThat(counted.longest("put")).isBetween(Duration.ofMillis(49), Duration.ofMillis(51));
    assertThat(counted.counted("delete", "ok")).isEqualTo(1);
    assertThat(counted.longest("delete")).isBetween(Duration.ofMillis(19), Duration.ofMillis(21));
    assertThat(counted.counted("get", "missing")).isEqualTo(1);
    assertThat(counted.timed("get")).isEqualTo(1);
    assertThat(counted.counted("keys", "ok")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_LEADER, not_leader",
    "UNAVAILABLE, unavailable",
    "OUTCOME_UNKNOWN, unknown",
    "INVALID, invalid",
    "REFUSED, refused",
    "UNAUTHENTICATED, unauthenticated",
    "FORBIDDEN, forbidden",
  })
  void whatIsNotCarriedOutIsCountedAndNotTimed(Failure.Code code, String outcome) {
    OperationMetrics.Run run = metrics.run();
    run.add(Kind.PUT, Responses.failure(1, code, "no"), metrics.now());
    run.end();

    assertThat(counted.counted("put", outcome)).isEqualTo(1);
    assertThat(counted.counted("put", "ok")).isZero();
    assertThat(counted.timed("put")).isZero();
  }

  @Test
  void slowOnesAreSaidInOneLineForAllThatAreAlike() {
    try (LogLines lines = new LogLines(OperationMetrics.class).alone()) {
      long early = metrics.now();
      counted.passes(Duration.ofMillis(1500));
      OperationMetrics.Run run = metrics.run();
      for (int i = 0; i < 3; i++) {
        run.add(Kind.PUT, WRITTEN, early);
      }
      run.add(Kind.GET, Responses.notLeader(1), early);
      run.add(Kind.GET, Responses.failure(1, Failure.Code.UNAVAILABLE, "no"), early);
      run.add(Kind.GET, MISSING, metrics.now());
      run.end();

      assertThat(lines.warnings())
          .containsExactly(
              "n1 took 1500 ms to answer 3 put: ok",
              "n1 took 1500 ms to answer 1 get: unavailable");
    }
  }

  @Test
  void ofARequestWithoutAnOperationNothingIsCounted() {
    OperationMetrics.Run run = metrics.run();
    run.add(Kind.of(Request.getDefaultInstance()), WRITTEN, metrics.now());
    run.add(Kind.PUT, WRITTEN, metrics.now());
    run.end();

    assertThat(counted.counted("put", "ok")).isEqualTo(1);
  }
}
