package io.relaykv.shell.bench;

import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;

/** Why operations failed, as far as a caller has to tell it apart. */
public enum FailureKind {
  INVALID("invalid"),
  NOT_ALLOWED("not allowed"),
  REFUSED("refused by the cluster"),
  UNAVAILABLE("unavailable, not applied"),
  OUTCOME_UNKNOWN("outcome unknown"),
  OTHER("other");

  private final String words;

  FailureKind(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  static FailureKind of(Throwable failure) {
    if (failure instanceof InvalidRequestException) {
      return INVALID;
    }
    if (failure instanceof NotAllowedException) {
      return NOT_ALLOWED;
    }
    if (failure instanceof RefusedException) {
      return REFUSED;
    }
    if (failure instanceof UnavailableException) {
      return UNAVAILABLE;
    }
    return failure instanceof OutcomeUnknownException ? OUTCOME_UNKNOWN : OTHER;
  }
}
