package io.relaykv.server.metrics;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long something takes: percentiles of the last minute, count and sum since the start. Takes
 * many equal durations at the price of one. Thread-safe.
 */
public final class Durations extends Timer {
  /** Finer than that nothing is told apart. */
  private static final long LOWEST_NANOS = 1000;

  /** Twice as long as an operation may take. */
  private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Meter meter;
  private final LastMinute lastMinute;
  private final LongAdder totalNanos = new LongAdder();

  /** Durations of a microsecond to ten minutes. */
  public Durations() {
    this(new Meter(), new LastMinute(LOWEST_NANOS, HIGHEST_NANOS));
  }

  private Durations(Meter meter, LastMinute lastMinute) {
    super(meter, new Histogram(lastMinute), Clock.defaultClock());
    this.meter = meter;
    this.lastMinute = lastMinute;
  }

  /** Something has taken {@code nanos}, {@code count} times. */
  public void record(long nanos, long count) {
    lastMinute.record(nanos, count);
    totalNanos.add(nanos * count);
    meter.mark(count);
  }

  @Override
  public void update(long duration, TimeUnit unit) {
    record(unit.toNanos(duration), 1);
  }

  @Override
  public void update(Duration duration) {
    record(duration.toNanos(), 1);
  }

  @Override
  public long getCount() {
    return meter.getCount();
  }

  long totalNanos() {
    return totalNanos.sum();
  }
}
