package io.relaykv.shell.failure;

/** What the exit code tells a script. */
public final class ExitCodes {
  public static final int OK = 0;
  public static final int KEY_NOT_FOUND = 1;

  /** A bad flag, a bad key, not JSON: the same command line never succeeds. */
  public static final int USAGE = 2;

  /** The key is not valid, or does not allow it. */
  static final int NOT_ALLOWED = 3;

  static final int REFUSED = 4;

  /** Certainly not applied. */
  static final int UNAVAILABLE = 5;

  static final int OUTCOME_UNKNOWN = 6;

  /** The check itself succeeded, and what it found is not healthy. */
  public static final int UNHEALTHY = 7;

  public static final int INTERNAL_ERROR = 10;

  /** What a Unix shell makes of Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
