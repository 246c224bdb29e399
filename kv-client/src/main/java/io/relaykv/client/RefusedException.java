package io.relaykv.client;

import java.util.List;

/** The cluster refuses the request by a limit or by its present state. Nothing was applied. */
public final class RefusedException extends KvException {
  /** The cluster's own words. */
  public RefusedException(String message, List<NodeFailure> attempts) {
    super(message, attempts);
  }

  @Override
  public Outcome outcome() {
    return Outcome.NOT_APPLIED;
  }
}
