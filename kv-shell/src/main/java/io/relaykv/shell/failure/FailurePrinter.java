package io.relaykv.shell.failure;

import io.relaykv.shell.output.SafeText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints failures to standard error, in one form. */
public final class FailurePrinter {
  private static final String LOOK_AT_DATA = "kv-shell get KEY";

  /** What etcdctl, redis-cli and nats call our commands. */
  private static final Map<String, List<String>> NAMES_ELSEWHERE =
      Map.of(
          "list", List.of("keys"),
          "ls", List.of("keys", "list"),
          "scan", List.of("keys"),
          "set", List.of("put"),
          "del", List.of("delete", "remove"),
          "rm", List.of("delete", "remove"),
          "endpoint", List.of("status"),
          "info", List.of("status", "show"),
          "ping", List.of("latency"),
          "snapshot", List.of("backup"));

  private final PrintWriter err;
  private final String where;
  private final boolean debugged;

  /**
   * Makes a printer.
   *
   * @param where the commands stand, as {@code file, line 3: }; empty for the command line
   * @param debugged whether an internal error is told with where it happened
   */
  public FailurePrinter(PrintWriter err, String where, boolean debugged) {
    this.err = err;
    this.where = where;
    this.debugged = debugged;
  }

  /** Prints what a command threw and returns the exit code. */
  public int print(Throwable e) {
    return print(e, LOOK_AT_DATA);
  }

  /** The same for what {@code command} threw. */
  public int print(Throwable e, CommandLine command) {
    CommandLine group = command.getParent();
    boolean inGroup = group != null && group.getParent() != null;
    return print(e, inGroup ? lookAt(group) : LOOK_AT_DATA);
  }

  private static String lookAt(CommandLine group) {
    return Stream.of("list", "show")
        .filter(group.getSubcommands()::containsKey)
        .findFirst()
        .map(look -> group.getCommandSpec().qualifiedName() + " " + look)
        .orElse("kv-shell status");
  }

  private int print(Throwable e, String lookAt) {
    Failure failure = Failure.of(e, lookAt);
    print(failure);
    if (failure.exitCode() == ExitCodes.INTERNAL_ERROR && debugged) {
      e.printStackTrace(err);
    }
    return failure.exitCode();
  }

  /** Prints what is wrong with the arguments and returns the exit code. */
  public int printUsage(ParameterException e) {
    print(new Failure(line(e), similar(e), helpFor(e.getCommandLine()), ExitCodes.USAGE));
    return ExitCodes.USAGE;
  }

  private void print(Failure failure) {
    err.println("kv-shell: " + SafeText.line(where + failure.line()));
    failure.details().forEach(detail -> err.println("  " + SafeText.line(detail)));
    if (!failure.hint().isEmpty()) {
      err.println("hint: " + SafeText.line(failure.hint()));
    }
    err.flush();
  }

  private static String line(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched
        && !e.getCommandLine().getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      String command = e.getCommandLine().getCommandSpec().qualifiedName();
      return "no such command: "
          + (command + " " + unmatched.getUnmatched().get(0)).substring("kv-shell ".length());
    }
    return String.valueOf(e.getMessage());
  }

  private static List<String> similar(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String words = meant(unmatched);
      return words.isEmpty() ? List.of() : List.of("did you mean " + words + "?");
    }
    return List.of();
  }

  private static String meant(UnmatchedArgumentException e) {
    List<String> ours =
        NAMES_ELSEWHERE.getOrDefault(e.getUnmatched().get(0), List.of()).stream()
            .filter(e.getCommandLine().getSubcommands()::containsKey)
            .toList();
    return String.join(", ", ours.isEmpty() ? e.getSuggestions() : ours);
  }

  private static String helpFor(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    return name.replaceFirst("^kv-shell", "kv-shell help");
  }
}
