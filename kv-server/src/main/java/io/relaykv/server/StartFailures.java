package io.relaykv.server;

import io.relaykv.server.config.ConfigException;
import io.relaykv.server.disk.DamagedDataException;
import io.relaykv.server.raft.DamagedLogException;
import io.relaykv.statemachine.DamagedSnapshotException;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.store.StoreException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Turns whatever a command failed with into plain lines and an exit code. */
final class StartFailures implements CommandLine.IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (failure instanceof ConfigException config) {
      config.problems().forEach(problem -> print(commandLine, problem));
      return ExitCodes.USAGE;
    }
    Throwable cause = mostTelling(failure);
    print(commandLine, describe(cause));
    return isOfData(cause) ? ExitCodes.DATA_REFUSED : ExitCodes.START_FAILED;
  }

  /** The outermost of ours, else the innermost of all: Ratis wraps what the state machine threw. */
  private static Throwable mostTelling(Throwable failure) {
    Throwable innermost = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOfData(cause)) {
        return cause;
      }
      if (cause.getMessage() != null && !(cause instanceof UncheckedIOException)) {
        innermost = cause;
      }
    }
    return innermost;
  }

  private static boolean isOfData(Throwable cause) {
    return cause instanceof StartRefusedException
        || cause instanceof DamagedDataException
        || cause instanceof StoreException
        || cause instanceof NodeTooOldException
        || cause instanceof DamagedSnapshotException
        || cause instanceof DamagedLogException;
  }

  /** One line, also for exceptions whose message says nothing without their name. */
  private static String describe(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || (cause instanceof RuntimeException && !isOfData(cause))) {
      message = cause.toString();
    } else if (cause instanceof NotDirectoryException) {
      message += " is not a directory";
    } else if (cause instanceof AccessDeniedException) {
      message += " may not be read or written by this user";
    } else if (cause instanceof FileSystemException file && file.getReason() == null) {
      message = "%s: %s".formatted(cause.getClass().getSimpleName(), message);
    }
    return message.lines().collect(Collectors.joining(" "));
  }

  private static void print(CommandLine commandLine, String line) {
    commandLine.getErr().println("kv-server: " + line);
  }
}
