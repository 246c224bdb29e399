package io.relaykv.testkit;

/** How a disk fails a node's Raft log, always with an I/O error. */
public enum LogFault {
  /** One write fails, and stores nothing. */
  WRITE_ONCE(true),
  /** No write succeeds any more. */
  WRITE(false),
  /**
   * One fsync fails, and what had been written since the one before is gone: an operating system
   * drops what it could not write, and the next fsync succeeds without it.
   */
  FSYNC_ONCE(true),
  /** No fsync succeeds any more; otherwise as {@link #FSYNC_ONCE}. */
  FSYNC(false);

  private final boolean once;

  LogFault(boolean once) {
    this.once = once;
  }

  boolean isOnce() {
    return once;
  }
}
