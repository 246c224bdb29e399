package io.relaykv.tests.history;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks a saved history again: {@code CheckHistory FILE}. Exits with 0 if it is linearizable, 1 if
 * not, 2 if the input is bad, 3 if that was not decided.
 */
public final class CheckHistory {
  static final int LINEARIZABLE = 0;
  static final int VIOLATION = 1;
  static final int BAD_INPUT = 2;
  static final int UNDECIDED = 3;

  private CheckHistory() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: CheckHistory FILE");
      System.exit(BAD_INPUT);
    }
    System.exit(check(Path.of(args[0]), System.out));
  }

  /** Prints what the file is about and the verdict, and returns the exit code. */
  static int check(Path file, PrintStream out) {
    Verdict verdict;
    try {
      List<Operation> history = HistoryFile.read(file);
      out.println(new HistorySummary(history));
      verdict = new LinearizabilityChecker().check(history);
    } catch (BadHistoryException e) {
      verdict = new Verdict.BadInput(e.getMessage());
    } catch (IOException e) {
      verdict = new Verdict.BadInput("cannot read " + file + ": " + e);
    }
    out.println(verdict);
    return exitCode(verdict);
  }

  private static int exitCode(Verdict verdict) {
    if (verdict instanceof Verdict.Linearizable) {
      return LINEARIZABLE;
    }
    if (verdict instanceof Verdict.Violation) {
      return VIOLATION;
    }
    return verdict instanceof Verdict.BadInput ? BAD_INPUT : UNDECIDED;
  }
}
