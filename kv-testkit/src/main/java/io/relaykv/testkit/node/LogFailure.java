package io.relaykv.testkit.node;

/**
 * What of a node's Raft log fails.
 *
 * @param number tells it from those before: a node that is told again does not begin anew
 * @param operation that which fails
 * @param once whether only the next one does
 * @param message what the operating system says
 */
public record LogFailure(long number, Operation operation, boolean once, String message) {
  /** What is done to a file. */
  public enum Operation {
    /** Bytes are written to it. */
    WRITE,
    /** It is written through to the disk. */
    FSYNC
  }
}
