package io.relaykv.tests.scenario;

/**
 * A run in which something that is promised did not hold, or that was too weak to show that it
 * does.
 */
public final class RunFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** An operation saw what it cannot have seen. */
    NOT_LINEARIZABLE,
    /** What was acknowledged is not there. */
    LOST,
    /** Nodes do not hold the same. */
    DIFFERENT,
    /** It does not serve, or a node does not come back. */
    NOT_SERVING,
    /** A node ended by itself, or reported an error, without a reason. */
    BROKEN_NODE,
    /** Nothing is known to be wrong, but the run shows too little. */
    TOO_WEAK,
    /** Something went wrong that the run did not look for. */
    UNEXPECTED
  }

  private final Kind kind;
  private final int operations;
  private final int faults;

  RunFailedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.operations = 0;
    this.faults = 0;
  }

  RunFailedException(Kind kind, String message, Throwable cause) {
    this(kind, message, 0, 0, cause);
  }

  RunFailedException(Kind kind, String message, int operations, int faults, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.operations = operations;
    this.faults = faults;
  }

  /** How many operations had been recorded by then. */
  public int operations() {
    return operations;
  }

  /** How many faults had struck by then. */
  public int faults() {
    return faults;
  }

  public Kind kind() {
    return kind;
  }
}
