package io.relaykv.server.status;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many operations this node has answered, and how slowly, in each interval of the last minutes.
 * Thread-safe; {@link #tick} is for one thread.
 */
final class OperationHistory {
  /** How often {@link #tick} is to be called, and how long an interval is. */
  static final long INTERVAL_MS = 5000;

  /** Five minutes. */
  static final int INTERVALS = 60;

  private final Operations operations;
  private final LongSupplier nanoTime;

  /** Guarded by this; the oldest first. */
  private final List<Sample> samples = new ArrayList<>(INTERVALS);

  private long lastNanos;
  private long lastAnswered;

  /** What is counted of a node's operations. */
  interface Operations {
    /** How many have been answered since the node started. */
    long answered();

    /** Within which time 99 of 100 of the latest were answered, in seconds. */
    double p99Seconds();
  }

  /**
   * One interval.
   *
   * @param p99Seconds null if nothing was answered
   */
  record Sample(double perSecond, @Nullable Double p99Seconds) {}

  OperationHistory(Operations operations, LongSupplier nanoTime) {
    this.operations = operations;
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
    this.lastAnswered = operations.answered();
  }

  /** Ends an interval. */
  void tick() {
    long now = nanoTime.getAsLong();
    long answered = operations.answered();
    // What counts may have been replaced meanwhile.
    long more = Math.max(0, answered - lastAnswered);
    double seconds = Math.max(1, now - lastNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    Sample sample = new Sample(more / seconds, more == 0 ? null : operations.p99Seconds());
    lastNanos = now;
    lastAnswered = answered;
    synchronized (this) {
      if (samples.size() == INTERVALS) {
        samples.remove(0);
      }
      samples.add(sample);
    }
  }

  /** The intervals that have ended, {@value #INTERVALS} at most, the oldest first. */
  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }
}
