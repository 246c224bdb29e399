package io.relaykv.shell.bench;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What a cluster is loaded with.
 *
 * @param getShare which part of the operations are gets, 0 to 1; the others are puts
 * @param clients with a connection each, at least 1
 * @param outstanding operations that each client may wait for at a time, at least 1
 * @param valueBytes of each value as JSON text, at least {@link Values#MIN_BYTES}
 * @param keys how many there are, at least 1
 * @param distribution which of them are used how often
 * @param warmup before anything counts, zero or more
 * @param duration of what counts
 * @param rate operations per second that are begun, whatever becomes of earlier ones; empty to
 *     begin each when an earlier one has ended
 */
public record Load(
    double getShare,
    int clients,
    int outstanding,
    int valueBytes,
    int keys,
    KeyDistribution distribution,
    Duration warmup,
    Duration duration,
    OptionalDouble rate) {

  /** Whether gets find something only if it was put before. */
  public boolean reads() {
    return getShare > 0;
  }
}
