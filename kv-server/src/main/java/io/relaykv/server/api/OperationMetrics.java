package io.relaykv.server.api;

import com.codahale.metrics.Counter;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.log.LimitedLines;
import io.relaykv.server.metrics.Durations;
import io.relaykv.server.metrics.MetricScope;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what clients have asked for and what came of it, and how long it took. Thread-safe.
 *
 * <p>Operations come in frames and end together: neighbours that are alike are counted at once, by
 * a {@link Run}, so that the clock is read and memory is shared between threads once for a frame or
 * so, not for each operation.
 */
final class OperationMetrics {
  /** Twice as long as a leader is missed, at most, or a client waits for a sign of life. */
  static final long SLOW_MS = 1000;

  private static final int SLOW_LINES_PER_MINUTE = 10;

  private static final Logger log = LoggerFactory.getLogger(OperationMetrics.class);

  private final String nodeId;
  private final Map<Kind, Map<Outcome, Counter>> counters = new EnumMap<>(Kind.class);
  private final Map<Kind, Durations> durations = new EnumMap<>(Kind.class);
  private final LimitedLines slowLines = new LimitedLines(SLOW_LINES_PER_MINUTE);
  private final LongSupplier nanoTime;

  /** What is asked for. */
  enum Kind {
    GET,
    PUT,
    DELETE,
    KEYS;

    /** Null if the request has no operation on data, or none that this node knows. */
    static @Nullable Kind of(Request request) {
      return switch (request.getOpCase()) {
        case GET -> GET;
        case PUT -> PUT;
        case DELETE -> DELETE;
        case KEYS -> KEYS;
        case BARRIER, OP_NOT_SET -> null;
      };
    }
  }

  /** What comes of it. */
  enum Outcome {
    OK,
    MISSING,
    NOT_LEADER,
    UNAVAILABLE,
    UNKNOWN,
    INVALID,
    REFUSED,
    UNAUTHENTICATED,
    FORBIDDEN;

    static Outcome of(Response response) {
      return switch (response.getResultCase()) {
        case VALUE, WRITTEN, PAGE, PASSED -> OK;
        case MISSING -> MISSING;
        case FAILURE -> of(response.getFailure().getCode());
        case RESULT_NOT_SET -> UNKNOWN;
      };
    }

    private static Outcome of(Failure.Code code) {
      return switch (code) {
        case NOT_LEADER -> NOT_LEADER;
        case UNAVAILABLE -> UNAVAILABLE;
        case INVALID -> INVALID;
        case REFUSED -> REFUSED;
        case UNAUTHENTICATED -> UNAUTHENTICATED;
        case FORBIDDEN -> FORBIDDEN;
        case OUTCOME_UNKNOWN, UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
      };
    }

    boolean isCarriedOut() {
      return this == OK || this == MISSING;
    }

    /** Whether it may have taken long because the node was slow, and was not just sent away. */
    boolean isWaitedFor() {
      return isCarriedOut() || this == UNAVAILABLE || this == UNKNOWN;
    }
  }

  OperationMetrics(MetricScope scope, String nodeId) {
    this(scope, nodeId, System::nanoTime);
  }

  OperationMetrics(MetricScope scope, String nodeId, LongSupplier nanoTime) {
    this.nodeId = nodeId;
    this.nanoTime = nanoTime;
    for (Kind kind : Kind.values()) {
      String operation = kind.name().toLowerCase(Locale.ROOT);
      Map<Outcome, Counter> ofKind = new EnumMap<>(Outcome.class);
      for (Outcome outcome : Outcome.values()) {
        if (outcome != Outcome.MISSING || kind == Kind.GET) {
          ofKind.put(
              outcome,
              scope.counter(
                  "relaykv_operations",
                  "operation",
                  operation,
                  "outcome",
                  outcome.name().toLowerCase(Locale.ROOT)));
        }
      }
      counters.put(kind, ofKind);
      durations.put(
          kind, scope.durations("relaykv_operation_duration_seconds", "operation", operation));
    }
  }

  /** When something arrives, for {@link Run#add}. */
  long now() {
    return nanoTime.getAsLong();
  }

  /** For operations that end together. */
  Run run() {
    return new Run();
  }

  /** Operations that end together, on one thread. */
  final class Run {
    private @Nullable Kind kind;
    private Outcome outcome = Outcome.OK;
    private long arrivedNanos;
    private int count;

    /**
     * @param ofRequest nothing is counted if null
     * @param arrived when its frame did
     */
    void add(@Nullable Kind ofRequest, Response response, long arrived) {
      Outcome ofResponse = Outcome.of(response);
      if (kind != ofRequest || outcome != ofResponse || arrivedNanos != arrived) {
        end();
        kind = ofRequest;
        outcome = ofResponse;
        arrivedNanos = arrived;
      }
      count++;
    }

    /** Counts what has not been counted yet; to be called behind the last one. */
    void end() {
      if (count > 0 && kind != null) {
        count(kind, outcome, nanoTime.getAsLong() - arrivedNanos, count);
      }
      count = 0;
    }
  }

  private void count(Kind kind, Outcome outcome, long nanos, int count) {
    Counter counter = counters.getOrDefault(kind, Map.of()).get(outcome);
    if (counter != null) {
      counter.inc(count);
    }
    Durations ofKind = durations.get(kind);
    if (outcome.isCarriedOut() && ofKind != null) {
      ofKind.record(nanos, count);
    }
    long tookMs = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (tookMs >= SLOW_MS && outcome.isWaitedFor()) {
      slowLines.write(
          others ->
              log.warn(
                  "{} took {} ms to answer {} {}: {}{}",
                  nodeId,
                  tookMs,
                  count,
                  kind.name().toLowerCase(Locale.ROOT),
                  outcome.name().toLowerCase(Locale.ROOT),
                  others));
    }
  }
}
