package io.relaykv.tests.history;

import org.jspecify.annotations.Nullable;

/** What a checker says of a history; {@code toString} says it to a person. */
public sealed interface Verdict {

  /** One register for each key explains everything that clients saw. */
  record Linearizable(int operations, int keys, long steps) implements Verdict {
    @Override
    public String toString() {
      return "linearizable: %d operations on %d keys, found in %d steps"
          .formatted(operations, keys, steps);
    }
  }

  /**
   * Nothing that happens at one moment between call and return of each operation explains it.
   *
   * @param explanation a few lines for a person, each after a line break
   */
  record Violation(@Nullable String account, String key, String explanation) implements Verdict {
    @Override
    public String toString() {
      String of = account == null ? "" : " of account " + account;
      return "NOT linearizable: key %s%s%s".formatted(key, of, explanation);
    }
  }

  /** The history breaks a rule of its format, so that nothing follows from it. */
  record BadInput(String problem) implements Verdict {
    @Override
    public String toString() {
      return "bad input: " + problem;
    }
  }

  /** The search was given up on that key; the others are linearizable. */
  record Undecided(@Nullable String account, String key, long steps) implements Verdict {
    @Override
    public String toString() {
      String of = account == null ? "" : " of account " + account;
      return "undecided: key %s%s after %d steps; fewer operations on one key decide it"
          .formatted(key, of, steps);
    }
  }
}
