package io.relaykv.client;

import java.util.List;

/**
 * The request breaks a rule for keys, values or pages and would never succeed. Nothing was applied.
 */
public final class InvalidRequestException extends KvException {
  /** Names the value and the limit. */
  public InvalidRequestException(String message) {
    super(message, List.of());
  }

  @Override
  public Outcome outcome() {
    return Outcome.NOT_APPLIED;
  }
}
