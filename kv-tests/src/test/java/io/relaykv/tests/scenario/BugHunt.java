package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.relaykv.tests.mutation.Bug;
import io.relaykv.tests.scenario.Trap.End;
import io.relaykv.tests.scenario.Trap.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a bug back and has it caught: by a run that fails by what the bug does, in which nodes had
 * it, and that passes without it.
 */
final class BugHunt {
  /** A bug that shows itself by chance may take so many runs, and so may a busy machine. */
  private static final int MOST_RUNS = 5;

  private final Bug bug;
  private final Trap trap;
  private final Path directory;

  /**
   * @param directory for what the runs leave behind
   */
  BugHunt(Bug bug, Trap trap, Path directory) {
    this.bug = bug;
    this.trap = trap;
    this.directory = directory;
  }

  /**
   * Returns how it was caught, for people.
   *
   * @throws AssertionError if it was not
   */
  String run() throws Exception {
    List<String> shown = new ArrayList<>();
    for (int seed = 1; seed <= MOST_RUNS; seed++) {
      Run with = run(Mutation.of(bug), seed, "");
      // Otherwise what it showed says nothing of the bug.
      assertThat(bug.announcements())
          .as(
              "what nodes say that have the bug, in run %d of %s, which showed %s",
              seed, trap, with.shown())
          .allMatch(with.nodes()::contains);
      if (with.end() == End.CAUGHT) {
        requireToPassWithoutIt(seed);
        return "%s (%s) was caught by %s in run %d: %s"
            .formatted(bug, bug.description(), trap, seed, with.shown());
      }
      shown.add(with.shown());
    }
    return fail("%s survived %d runs of %s, which showed %s", bug, MOST_RUNS, trap, shown);
  }

  /** Or what was caught is no bug. */
  private void requireToPassWithoutIt(int seed) throws Exception {
    List<String> shown = new ArrayList<>();
    Run without;
    do {
      without = run(Mutation.NONE, seed, "-without");
      shown.add(without.shown());
    } while (without.end() == End.TOO_WEAK && shown.size() < MOST_RUNS);
    assertThat(without.end())
        .as("run %d of %s without %s, which showed %s", seed, trap, bug, shown)
        .isEqualTo(End.PASSED);
  }

  private Run run(Mutation mutation, int seed, String suffix) throws Exception {
    return trap.run(mutation, seed, directory.resolve("%s-%d%s".formatted(bug, seed, suffix)));
  }
}
