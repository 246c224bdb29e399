package io.relaykv.shell.bench;

/**
 * Operations that failed for one kind of reason.
 *
 * @param example what the first of them had to say
 */
public record Failures(FailureKind kind, long count, String example) {
  Failures plus(Failures later) {
    return new Failures(kind, count + later.count, example);
  }
}
