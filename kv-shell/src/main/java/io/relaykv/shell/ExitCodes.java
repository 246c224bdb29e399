package io.relaykv.shell;

/** What the exit code tells a script. */
final class ExitCodes {
  static final int OK = 0;
  static final int KEY_NOT_FOUND = 1;

  /** A bad flag, a bad key, not JSON: the same command line never succeeds. */
  static final int USAGE = 2;

  /** The key is not valid, or does not allow it. */
  static final int NOT_ALLOWED = 3;

  static final int REFUSED = 4;

  /** Certainly not applied. */
  static final int UNAVAILABLE = 5;

  static final int OUTCOME_UNKNOWN = 6;

  /** The check itself succeeded, and what it found is not healthy. */
  static final int UNHEALTHY = 7;

  static final int INTERNAL_ERROR = 10;

  /** What a Unix shell makes of Ctrl-C. */
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
