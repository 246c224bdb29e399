package io.relaykv.tests.history;

import java.util.Locale;

/** What a client knows about its operation. */
public enum Outcome {
  /** Acknowledged. */
  OK,
  /** Certainly not applied, and never will be. */
  FAIL,
  /** Anything else: it may have been applied, or still be, or never. */
  UNKNOWN;

  /** As it is spelled in a file. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
