package io.relaykv.testkit;

import io.relaykv.testkit.node.LogFailure;
import io.relaykv.testkit.node.LogFailure.Operation;

/** How a disk fails a node's Raft log. */
public enum LogFault {
  /** One write fails with an I/O error, and stores nothing. */
  WRITE_ONCE(Operation.WRITE, true, Texts.IO_ERROR),
  /** No write succeeds any more: an I/O error. */
  WRITE(Operation.WRITE, false, Texts.IO_ERROR),
  /** No write succeeds any more: there is no room. */
  NO_SPACE(Operation.WRITE, false, "No space left on device"),
  /**
   * One fsync fails with an I/O error, and what had been written since the one before is gone: an
   * operating system drops what it could not write, and the next fsync succeeds without it.
   */
  FSYNC_ONCE(Operation.FSYNC, true, Texts.IO_ERROR),
  /** No fsync succeeds any more; otherwise as {@link #FSYNC_ONCE}. */
  FSYNC(Operation.FSYNC, false, Texts.IO_ERROR);

  private static final class Texts {
    private static final String IO_ERROR = "Input/output error";
  }

  private final Operation operation;
  private final boolean once;
  private final String message;

  LogFault(Operation operation, boolean once, String message) {
    this.operation = operation;
    this.once = once;
    this.message = message;
  }

  /**
   * @param number of this failure among all
   */
  LogFailure asFailure(long number) {
    return new LogFailure(number, operation, once, message);
  }
}
