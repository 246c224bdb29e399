package io.relaykv.server.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps what may happen a thousand times a second from filling the log: so many lines a minute, and
 * the first of the next minute says how many were left out. Thread-safe.
 */
public final class LimitedLines {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int perMinute;
  private final LongSupplier nanoTime;

  /** Guarded by this, like all below. */
  private long minuteBeganNanos;

  private int written;
  private long leftOut;

  /** At most {@code perMinute} lines in a minute. */
  public LimitedLines(int perMinute) {
    this(perMinute, System::nanoTime);
  }

  LimitedLines(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
    this.minuteBeganNanos = nanoTime.getAsLong();
  }

  /** Writes a line, unless there were too many. */
  public void write(Line line) {
    String others;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      boolean anotherMinute = now - minuteBeganNanos >= MINUTE_NANOS;
      if (anotherMinute) {
        minuteBeganNanos = now;
        written = 0;
      }
      if (written == perMinute) {
        leftOut++;
        return;
      }
      written++;
      others = leftOut == 0 ? "" : " (%d such lines were left out before)".formatted(leftOut);
      leftOut = 0;
    }
    line.write(others);
  }

  /** Writes one line. */
  @FunctionalInterface
  public interface Line {
    /**
     * Writes it.
     *
     * @param others to be put at its end: empty, or how many were left out
     */
    void write(String others);
  }
}
