package io.relaykv.tests.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation as its client saw it: one line of a history.
 *
 * @param client a logical process with one operation in flight; another one after each write whose
 *     outcome is unknown
 * @param account whose key it is, if there are several
 * @param key what was asked for
 * @param value of a put, what was written, unique among all puts of a history; of a get, what was
 *     read, null if there was nothing; of a delete, null
 * @param call {@link System#nanoTime} before anything was sent
 * @param returned {@link System#nanoTime} after the answer was read, or the wait for it given up
 * @param node whom the client asked, if always the same
 * @param attempt how many times it was tried, where that is known
 * @param err what the client was told instead of an answer
 */
public record Operation(
    int client,
    @Nullable String account,
    OpKind op,
    String key,
    @Nullable String value,
    long call,
    long returned,
    Outcome outcome,
    @Nullable String node,
    @Nullable Integer attempt,
    @Nullable String err) {
  public Operation {
    if (op == OpKind.PUT && value == null) {
      throw new IllegalArgumentException("a put without a value");
    }
    if (op == OpKind.DELETE && value != null) {
      throw new IllegalArgumentException("a delete with the value " + value);
    }
    if (op == OpKind.GET && outcome != Outcome.OK && value != null) {
      throw new IllegalArgumentException("a get without an answer has the value " + value);
    }
    if (call >= returned) {
      throw new IllegalArgumentException(
          "it returned at %d, not after its call at %d".formatted(returned, call));
    }
  }

  /** Whether it was acknowledged. */
  public boolean isOk() {
    return outcome == Outcome.OK;
  }

  /** Whether it may have been applied, or not, or may still be. */
  public boolean isUnknown() {
    return outcome == Outcome.UNKNOWN;
  }
}
