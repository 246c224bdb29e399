package io.relaykv.shell.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a look at all lines has found.
 *
 * @param entries how many lines are entries
 * @param bytes how long all lines are
 * @param wrong how many are neither entries nor blank
 * @param problems what is wrong, a text for each of the first of those
 */
public record LinesCheck(long entries, long bytes, long wrong, List<String> problems) {
  private static final int MAX_PROBLEMS = 20;

  /** Copies the list. */
  public LinesCheck {
    problems = List.copyOf(problems);
  }

  /**
   * Looks at the lines from number {@code from} on.
   *
   * @throws java.io.UncheckedIOException if the lines cannot be read
   */
  public static LinesCheck of(EntryLines lines, long from) {
    List<String> problems = new ArrayList<>();
    long wrong = 0;
    long entries = 0;
    long bytes = 0;
    for (Optional<EntryLine> next = lines.next(); next.isPresent(); next = lines.next()) {
      EntryLine line = next.get();
      bytes = line.end();
      if (line.number() < from) {
        continue;
      }
      if (line.entry().isPresent()) {
        entries++;
      } else if (++wrong <= MAX_PROBLEMS) {
        problems.add("line %d: %s".formatted(line.number(), line.problem()));
      }
    }
    if (wrong > MAX_PROBLEMS) {
      problems.add("and %,d more".formatted(wrong - MAX_PROBLEMS));
    }
    return new LinesCheck(entries, bytes, wrong, problems);
  }
}
