package io.relaykv.shell.bench;

import io.relaykv.client.KvException;
import io.relaykv.client.OperationOutcome;

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
    if (!(failure instanceof KvException known)) {
      return OTHER;
    }
    return switch (OperationOutcome.of(known)) {
      case INVALID -> INVALID;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case REFUSED -> REFUSED;
      case UNAVAILABLE -> UNAVAILABLE;
      case UNKNOWN -> OUTCOME_UNKNOWN;
      case OK, MISSING -> OTHER;
    };
  }
}
