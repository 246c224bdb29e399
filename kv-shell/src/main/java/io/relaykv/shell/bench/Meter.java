package io.relaykv.shell.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Collects how operations ended: by any thread, while one thread takes measurements.
 *
 * <p>Times are kept to three digits. One longer than an hour counts as an hour.
 */
final class Meter {
  private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final Recorder puts = new Recorder(MAX_NANOS, DIGITS);
  private final Recorder gets = new Recorder(MAX_NANOS, DIGITS);
  private final List<Failures> failures = new ArrayList<>();

  private final Sum total = new Sum(System.nanoTime());
  private long lastTaken = total.since;

  void succeeded(Operation operation, long nanos) {
    Recorder recorder = operation == Operation.PUT ? puts : gets;
    recorder.recordValue(Math.min(Math.max(nanos, 0), MAX_NANOS));
  }

  void failed(Throwable failure) {
    FailureKind kind = FailureKind.of(failure);
    synchronized (failures) {
      failures.add(new Failures(kind, 1, String.valueOf(failure.getMessage())));
    }
  }

  /** What came since the last call of this, or since this was made. */
  Measurement sinceLast() {
    Sum last = new Sum(lastTaken);
    lastTaken = System.nanoTime();
    last.add(Operation.PUT, puts.getIntervalHistogram());
    last.add(Operation.GET, gets.getIntervalHistogram());
    synchronized (failures) {
      failures.forEach(last::add);
      failures.clear();
    }
    total.add(last);
    return last.until(lastTaken);
  }

  /** All that came until {@link #sinceLast} was called last. */
  Measurement total() {
    return total.until(lastTaken);
  }

  /** What has been collected since a time. */
  private static final class Sum {
    private final long since;
    private final Map<Operation, Histogram> operations = new EnumMap<>(Operation.class);
    private final Map<FailureKind, Failures> failures = new EnumMap<>(FailureKind.class);

    Sum(long since) {
      this.since = since;
    }

    void add(Operation operation, Histogram more) {
      if (more.getTotalCount() > 0) {
        operations.computeIfAbsent(operation, none -> new Histogram(MAX_NANOS, DIGITS)).add(more);
      }
    }

    void add(Failures more) {
      failures.merge(more.kind(), more, Failures::plus);
    }

    void add(Sum more) {
      more.operations.forEach(this::add);
      more.failures.values().forEach(this::add);
    }

    Measurement until(long now) {
      Histogram all = new Histogram(MAX_NANOS, DIGITS);
      operations.values().forEach(all::add);
      Map<Operation, Latencies> latencies = new EnumMap<>(Operation.class);
      operations.forEach((operation, one) -> latencies.put(operation, Latencies.of(one)));
      return new Measurement(
          Duration.ofNanos(now - since),
          latencies,
          Latencies.of(all),
          List.copyOf(failures.values()));
    }
  }
}
