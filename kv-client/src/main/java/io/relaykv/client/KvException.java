package io.relaykv.client;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An operation failed. The subclass says what the caller can do; {@link #outcome} says whether a
 * write may have been applied.
 */
public abstract sealed class KvException extends RuntimeException
    permits InvalidRequestException,
        NotAllowedException,
        RefusedException,
        UnavailableException,
        OutcomeUnknownException {

  /** What is known of a write that failed. Reads change nothing and are never {@code UNKNOWN}. */
  public enum Outcome {
    /** Certainly not applied, now or later. */
    NOT_APPLIED,
    /** Applied, or not, or still to be applied: only a later read can tell. */
    UNKNOWN
  }

  private final String reason;
  private final transient List<NodeFailure> attempts;

  KvException(String reason, List<NodeFailure> attempts) {
    super(attempts.isEmpty() ? reason : reason + inBrackets(attempts));
    this.reason = reason;
    this.attempts = List.copyOf(attempts);
  }

  private static String inBrackets(List<NodeFailure> attempts) {
    return attempts.stream()
        .map(NodeFailure::toString)
        .collect(Collectors.joining("; ", " [", "]"));
  }

  /** What went wrong, in words for people: the message without the nodes that were tried. */
  public String reason() {
    return reason;
  }

  /** Whether the operation may have been applied. */
  public abstract Outcome outcome();

  /** Every node that was tried, in the order of the last try of each, with its own cause. */
  public List<NodeFailure> attempts() {
    return attempts;
  }
}
