package io.relaykv.shell.failure;

import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * How an exception is told to the user: the one place that maps them.
 *
 * @param line what went wrong
 * @param details a line for each node that was tried, or place that was looked at
 * @param hint what to do next, or empty
 * @param exitCode one of {@link ExitCodes}
 */
record Failure(String line, List<String> details, String hint, int exitCode) {
  Failure {
    details = List.copyOf(details);
  }

  /**
   * The failure that an exception tells of.
   *
   * @param lookAt the command that shows whether something was done
   */
  static Failure of(Throwable e, String lookAt) {
    if (e instanceof KvException failure) {
      return ofCluster(failure, lookAt);
    }
    if (e instanceof ShellException wrong) {
      return new Failure(message(e), wrong.details(), wrong.hint(), ExitCodes.USAGE);
    }
    if (e instanceof LostKeyException lost) {
      return new Failure(message(e), List.of(), lost.hint(), ExitCodes.INTERNAL_ERROR);
    }
    if (e instanceof InterruptedException) {
      return new Failure("interrupted", List.of(), "", ExitCodes.INTERRUPTED);
    }
    if (e instanceof UncheckedIOException) {
      return new Failure(message(e), List.of(), "", ExitCodes.INTERNAL_ERROR);
    }
    return new Failure(
        "internal error: " + e,
        List.of(),
        "RELAYKV_DEBUG=1 shows where it happened",
        ExitCodes.INTERNAL_ERROR);
  }

  private static Failure ofCluster(KvException e, String lookAt) {
    List<String> attempts = e.attempts().stream().map(NodeFailure::toString).toList();
    if (e instanceof InvalidRequestException) {
      return new Failure(e.reason(), attempts, "", ExitCodes.USAGE);
    }
    if (e instanceof NotAllowedException) {
      return new Failure(
          e.reason(),
          attempts,
          "operators see which keys there are and what they allow: kv-shell apikey list",
          ExitCodes.NOT_ALLOWED);
    }
    if (e instanceof RefusedException) {
      return new Failure(e.reason(), attempts, "", ExitCodes.REFUSED);
    }
    if (e instanceof UnavailableException) {
      return new Failure(
          e.reason(),
          attempts,
          "nothing was changed; how the cluster is: kv-shell status",
          ExitCodes.UNAVAILABLE);
    }
    if (e instanceof OutcomeUnknownException) {
      return new Failure(
          e.reason(),
          attempts,
          "it may or may not have been applied; look first: " + lookAt,
          ExitCodes.OUTCOME_UNKNOWN);
    }
    throw new IllegalArgumentException("a failure without an exit code", e);
  }

  private static String message(Throwable e) {
    return String.valueOf(e.getMessage());
  }
}
