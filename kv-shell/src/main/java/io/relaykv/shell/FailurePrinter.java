package io.relaykv.shell;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints failures to standard error, in one form. */
final class FailurePrinter {
  private final ShellEnvironment environment;
  private final PrintWriter err;

  FailurePrinter(ShellEnvironment environment, PrintWriter err) {
    this.environment = environment;
    this.err = err;
  }

  /** Prints what a command threw and returns the exit code. */
  int print(Throwable e) {
    Failure failure = Failure.of(e);
    print(failure);
    if (failure.exitCode() == ExitCodes.INTERNAL_ERROR
        && !environment.variable("RELAYKV_DEBUG").isEmpty()) {
      e.printStackTrace(err);
    }
    return failure.exitCode();
  }

  /** Prints what is wrong with the arguments and returns the exit code. */
  int printUsage(ParameterException e) {
    print(new Failure(line(e), similar(e), helpFor(e.getCommandLine()), ExitCodes.USAGE));
    return ExitCodes.USAGE;
  }

  private void print(Failure failure) {
    err.println("kv-shell: " + SafeText.line(failure.line()));
    failure.details().forEach(detail -> err.println("  " + SafeText.line(detail)));
    if (!failure.hint().isEmpty()) {
      err.println("hint: " + SafeText.line(failure.hint()));
    }
    err.flush();
  }

  private static String line(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched
        && e.getCommandLine().getParent() == null
        && !unmatched.isUnknownOption()) {
      return "no such command: " + unmatched.getUnmatched().get(0);
    }
    return String.valueOf(e.getMessage());
  }

  private static List<String> similar(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String words = unmatched.getSuggestions().stream().collect(Collectors.joining(", "));
      return words.isEmpty() ? List.of() : List.of("did you mean " + words + "?");
    }
    return List.of();
  }

  private static String helpFor(CommandLine command) {
    CommandLine root = command.getParent();
    return root == null ? "kv-shell help" : "kv-shell help " + command.getCommandName();
  }
}
