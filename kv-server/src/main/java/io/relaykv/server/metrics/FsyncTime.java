package io.relaykv.server.metrics;

import io.relaykv.server.log.LimitedLines;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.metrics.Timekeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long Ratis waits for its log to be on the disk: every write does, and so an operator is told
 * when it is long. Used by the one thread that writes the log.
 */
final class FsyncTime implements Timekeeper {
  /** A third of the least election timeout or so: longer ones are felt. */
  static final long SLOW_MS = 500;

  private static final Logger log = LoggerFactory.getLogger(FsyncTime.class);

  private final String nodeId;
  private final Durations durations;
  private final LimitedLines lines = new LimitedLines(6);

  FsyncTime(String nodeId, Durations durations) {
    this.nodeId = nodeId;
    this.durations = durations;
  }

  @Override
  public Context time() {
    long startNanos = System.nanoTime();
    return () -> {
      long nanos = System.nanoTime() - startNanos;
      took(nanos);
      return nanos;
    };
  }

  void took(long nanos) {
    durations.record(nanos, 1);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (tookMs >= SLOW_MS) {
      lines.write(
          others ->
              log.warn(
                  "{}: the disk took {} ms to write the log through (fsync); writes have waited"
                      + " for it{}",
                  nodeId,
                  tookMs,
                  others));
    }
  }
}
