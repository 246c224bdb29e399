package io.relaykv.server.raft;

import java.util.concurrent.TimeUnit;

/**
 * A moment by both clocks of this machine. The monotonic one measures how long something lasted,
 * but may stand still while a virtual machine is suspended or moved; the wall clock then jumps.
 *
 * @param nanos of {@link System#nanoTime}
 * @param wallMs milliseconds since 1970-01-01 UTC
 */
record Moment(long nanos, long wallMs) {
  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  /** By how much the two clocks disagree on the time between the two moments. */
  long driftMs(Moment other) {
    long monotonicMs = TimeUnit.NANOSECONDS.toMillis(nanos - other.nanos);
    return Math.abs(wallMs - other.wallMs - monotonicMs);
  }
}
