package io.relaykv.client;

import java.util.List;

/**
 * A write was sent and no answer came within the deadline: it may have been applied, or may still
 * be. Making the same request again is safe if no other client writes the key meanwhile.
 */
public final class OutcomeUnknownException extends KvException {
  /** What was waited for and how long; each node with its cause. */
  public OutcomeUnknownException(String message, List<NodeFailure> attempts) {
    super(message, attempts);
  }

  @Override
  public Outcome outcome() {
    return Outcome.UNKNOWN;
  }
}
