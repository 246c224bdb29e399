package io.relaykv.shell.bench;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * How long operations took. Of operations of one kind, or of all.
 *
 * @param count of those that succeeded
 * @param p50 half of them took at most so long; likewise the others
 */
public record Latencies(
    long count, Duration p50, Duration p90, Duration p99, Duration p999, Duration max) {

  static Latencies of(Histogram histogram) {
    return new Latencies(
        histogram.getTotalCount(),
        at(histogram, 50),
        at(histogram, 90),
        at(histogram, 99),
        at(histogram, 99.9),
        Duration.ofNanos(histogram.getMaxValue()));
  }

  private static Duration at(Histogram histogram, double percentile) {
    return Duration.ofNanos(histogram.getValueAtPercentile(percentile));
  }
}
