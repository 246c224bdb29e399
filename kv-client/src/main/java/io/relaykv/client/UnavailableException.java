package io.relaykv.client;

import java.util.List;

/**
 * No leader took the operation within its deadline. Nothing was applied, now or later; the same
 * request may be made again.
 */
public final class UnavailableException extends KvException {
  /** What was waited for and how long; each node with its cause. */
  public UnavailableException(String message, List<NodeFailure> attempts) {
    super(message, attempts);
  }

  @Override
  public Outcome outcome() {
    return Outcome.NOT_APPLIED;
  }
}
