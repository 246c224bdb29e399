package io.relaykv.statemachine.store;

/**
 * The time that applying goes by: how much has passed from entry to entry, by the clocks of the
 * leaders that stamped them. A step is taken for what it says only up to {@link #MAX_STEP_MS} and
 * never backwards: a clock that jumps, or is years ahead of the next leader's, moves this time by
 * one such step and not by years. It lags while entries are rare.
 *
 * @param ms milliseconds passed since the cluster's first entry
 * @param stampMs what the last entry's leader took for the time, milliseconds since 1970-01-01 UTC
 */
public record LogTime(long ms, long stampMs) {
  /** Before the first entry. */
  public static final LogTime START = new LogTime(0, 0);

  /** The most that one entry adds. */
  public static final long MAX_STEP_MS = 10_000;

  /** The time at the next entry. */
  public LogTime next(long nextStampMs) {
    long step = Math.min(Math.max(nextStampMs - stampMs, 0), MAX_STEP_MS);
    return new LogTime(ms + step, nextStampMs);
  }
}
