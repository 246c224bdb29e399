package io.relaykv.client.internal;

import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts: doubling from 20 ms to 600 ms, each time a random half to
 * whole of it so that clients do not come back all at once. The last stays below a second, so that
 * a waiting client serves within a second after the cluster does.
 */
final class Backoff {
  private static final long FIRST_MS = 20;
  private static final long LAST_MS = 600;

  private final RandomGenerator random;
  private long nextMs = FIRST_MS;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  long nextDelayMs() {
    long delayMs = nextMs / 2 + random.nextLong(nextMs / 2 + 1);
    nextMs = Math.min(LAST_MS, 2 * nextMs);
    return delayMs;
  }

  void reset() {
    nextMs = FIRST_MS;
  }
}
