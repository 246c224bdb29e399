package io.relaykv.server.access;

import com.codahale.metrics.Counter;
import io.relaykv.server.metrics.MetricScope;

/** Counts what is refused and writes it down. Thread-safe. */
public final class Refusals {
  /** What everyone is told whose key is unknown, disabled, expired or none at all. */
  public static final String KEY_NOT_VALID = "the key is not valid";

  /** What an address is told that has shown too many of those. */
  public static final String TOO_MANY =
      "too many requests without a valid key from this address; wait a few seconds";

  private final FailureThrottle throttle;
  private final AuditLog audit;
  private final Counter unauthenticated;
  private final Counter forbidden;
  private final Counter throttled;

  /**
   * Writes to {@code audit} and counts in {@code metrics}.
   *
   * @param perMinute how many refusals an address gets in a minute before it is slowed down
   */
  public Refusals(int perMinute, AuditLog audit, MetricScope metrics) {
    this(new FailureThrottle(perMinute, System::nanoTime), audit, metrics);
  }

  Refusals(FailureThrottle throttle, AuditLog audit, MetricScope metrics) {
    this.throttle = throttle;
    this.audit = audit;
    this.unauthenticated = metrics.counter("relaykv_access_unauthenticated");
    this.forbidden = metrics.counter("relaykv_access_forbidden");
    this.throttled = metrics.counter("relaykv_access_throttled");
  }

  /**
   * A caller has shown no valid key.
   *
   * @param action what it asked for
   * @param target upon what
   * @return false if its address has had too many refusals: it should be told {@link #TOO_MANY} and
   *     left
   */
  public boolean unauthenticated(Caller caller, String action, String target) {
    unauthenticated.inc();
    return refused(caller, action, target, "unauthenticated");
  }

  /** A caller has shown a key that is not for this; otherwise as {@link #unauthenticated}. */
  public boolean forbidden(Caller caller, String action, String target) {
    forbidden.inc();
    return refused(caller, action, target, "forbidden");
  }

  private boolean refused(Caller caller, String action, String target, String outcome) {
    if (!throttle.count(caller.neighbourhood())) {
      throttled.inc();
      audit.leftOut();
      return false;
    }
    audit.write(caller, action, target, outcome);
    return true;
  }
}
