package io.relaykv.server.metrics;

import com.codahale.metrics.Reservoir;
import com.codahale.metrics.Snapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * The values of the last minute, all of them, within 1 %. Thread-safe; recording takes no lock and
 * allocates nothing, but for one call in ten seconds.
 *
 * <p>Not Dropwizard's default, which samples: of 30,000 values a second it keeps a thousand, and
 * the slowest one in a thousand is seldom among them. Nor reset whenever it is read, as others do
 * that use HdrHistogram: then two readers, say Prometheus and JMX, would each get a part. Time
 * moves in steps of 10 s, by the clock of whoever records or reads: a value counts for 60 to 70 s,
 * so that no scrape within a minute misses it.
 */
final class LastMinute implements Reservoir {
  static final Duration STEP = Duration.ofSeconds(10);
  private static final int FULL_STEPS = 6;
  private static final int SIGNIFICANT_DIGITS = 2;

  private final Recorder recorder;
  private final long highest;
  private final LongSupplier nanoTime;

  /** When the present step ends; a step begins with the first look at the clock after that. */
  private volatile long stepEndsNanos;

  /** The steps before the present one, the oldest first. Guarded by this. */
  private final Deque<Histogram> full = new ArrayDeque<>(FULL_STEPS + 1);

  /** What the recorder has given up of the present step. Guarded by this. */
  private Histogram present;

  /** Given back to the recorder. Guarded by this. */
  private @Nullable Histogram drained;

  /**
   * Values from {@code lowest} on are told apart; larger ones than {@code highest} count as that.
   */
  LastMinute(long lowest, long highest) {
    this(lowest, highest, System::nanoTime);
  }

  LastMinute(long lowest, long highest, LongSupplier nanoTime) {
    this.recorder = new Recorder(lowest, highest, SIGNIFICANT_DIGITS);
    this.highest = highest;
    this.nanoTime = nanoTime;
    this.present = new Histogram(lowest, highest, SIGNIFICANT_DIGITS);
    for (int i = 0; i < FULL_STEPS; i++) {
      full.add(new Histogram(lowest, highest, SIGNIFICANT_DIGITS));
    }
    this.stepEndsNanos = nanoTime.getAsLong() + STEP.toNanos();
  }

  @Override
  public void update(long value) {
    record(value, 1);
  }

  /** Takes {@code count} equal values at the price of one. */
  void record(long value, long count) {
    if (nanoTime.getAsLong() - stepEndsNanos >= 0) {
      moveOn();
    }
    recorder.recordValueWithCount(Math.max(0, Math.min(value, highest)), count);
  }

  private synchronized void moveOn() {
    long now = nanoTime.getAsLong();
    long overdueNanos = now - stepEndsNanos;
    if (overdueNanos < 0) {
      return;
    }
    drain();
    long steps = Math.min(FULL_STEPS + 1, 1 + overdueNanos / STEP.toNanos());
    for (long i = 0; i < steps; i++) {
      full.addLast(present);
      present = full.removeFirst();
      present.reset();
    }
    stepEndsNanos = now + STEP.toNanos() - overdueNanos % STEP.toNanos();
  }

  private void drain() {
    Histogram interval = recorder.getIntervalHistogram(drained);
    present.add(interval);
    drained = interval;
  }

  @Override
  public int size() {
    return getSnapshot().size();
  }

  @Override
  public synchronized Snapshot getSnapshot() {
    moveOn();
    drain();
    Histogram sum = present.copy();
    full.forEach(sum::add);
    return new HistogramSnapshot(sum);
  }
}
