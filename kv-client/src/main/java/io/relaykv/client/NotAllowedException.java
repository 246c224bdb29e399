package io.relaykv.client;

import java.util.List;

/**
 * The key that the client shows is not valid (unknown, disabled or expired: clusters do not say
 * which), or does not allow the request. Nothing was applied.
 */
public final class NotAllowedException extends KvException {
  /** The cluster's own words. */
  public NotAllowedException(String message, List<NodeFailure> attempts) {
    super(message, attempts);
  }

  @Override
  public Outcome outcome() {
    return Outcome.NOT_APPLIED;
  }
}
