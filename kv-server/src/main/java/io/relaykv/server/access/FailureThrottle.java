package io.relaykv.server.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds how many refusals an address gets in detail. It does not protect the secrets, which are
 * far too long to be guessed, but the log, the audit file and the processor. A valid key is never
 * held up by it: a program that shows an old key must not shut out its neighbours at the same
 * address. Thread-safe.
 */
final class FailureThrottle {
  /** Bounds the memory; beyond it the addresses heard of longest ago are forgotten. */
  private static final int MAX_ADDRESSES = 10_000;

  private final int perMinute;
  private final long refillNanos;
  private final LongSupplier nanoTime;

  /** Guarded by itself. */
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /**
   * @param perMinute how many an address may have at once, and how many more in each minute
   * @param nanoTime as {@link System#nanoTime}
   */
  FailureThrottle(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.refillNanos = TimeUnit.MINUTES.toNanos(1) / perMinute;
    this.nanoTime = nanoTime;
  }

  /** Counts a failure of {@code address}; false if it has had too many. */
  boolean count(String address) {
    long now = nanoTime.getAsLong();
    synchronized (buckets) {
      return buckets.computeIfAbsent(address, unused -> new Bucket(now)).take(now);
    }
  }

  private final class Bucket {
    private int tokens = perMinute;
    private long filledNanos;

    Bucket(long now) {
      filledNanos = now;
    }

    boolean take(long now) {
      long due = (now - filledNanos) / refillNanos;
      if (due > 0) {
        tokens = (int) Math.min(perMinute, tokens + due);
        filledNanos += due * refillNanos;
      }
      if (tokens == 0) {
        return false;
      }
      tokens--;
      return true;
    }
  }
}
