package io.relaykv.testkit.node;

import io.relaykv.testkit.node.FaultCounters.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** The wall clock of a node, which can be set to another time. Thread-safe. */
final class WallClock extends Clock {
  private final Clock real;
  private final FaultCounters counters;
  private volatile Duration ahead = Duration.ZERO;

  WallClock(Clock real, FaultCounters counters) {
    this.real = real;
    this.counters = counters;
  }

  void set(Duration offset) {
    ahead = offset;
  }

  @Override
  public Instant instant() {
    Duration offset = ahead;
    if (!offset.isZero()) {
      counters.add(Kind.SHIFTED_CLOCK_READ);
    }
    return real.instant().plus(offset);
  }

  @Override
  public ZoneId getZone() {
    return real.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("nodes know no zones");
  }
}
