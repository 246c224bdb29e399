package io.relaykv.server.metrics;

import com.codahale.metrics.Histogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * How large something is: percentiles of the last minute, count and sum since the start.
 * Thread-safe.
 */
public final class Sizes extends Histogram {
  private final LongAdder total = new LongAdder();

  /**
   * @param highest larger ones count as that
   */
  public Sizes(long highest) {
    super(new LastMinute(1, Math.max(2, highest)));
  }

  @Override
  public void update(int value) {
    update((long) value);
  }

  @Override
  public void update(long value) {
    super.update(value);
    total.add(value);
  }

  long total() {
    return total.sum();
  }
}
