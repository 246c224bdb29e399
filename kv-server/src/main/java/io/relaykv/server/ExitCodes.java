package io.relaykv.server;

/** The exit codes of {@code kv-server}. */
final class ExitCodes {
  static final int OK = 0;

  /** It could not start: a port is taken, the disk is full. */
  static final int START_FAILED = 1;

  /** The command line or the configuration is wrong. */
  static final int USAGE = 2;

  /**
   * The data is missing, damaged or another node's: starting on it could lose what was
   * acknowledged.
   */
  static final int DATA_REFUSED = 3;

  /** It is no longer a member of its cluster; never to be started again. */
  static final int REMOVED = 4;

  /** It halted while running; a restart is the cure. */
  static final int HALTED = 70;

  private ExitCodes() {}
}
