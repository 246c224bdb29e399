package io.relaykv.tests.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A test of its own, for a bug that takes a certain order of things.
 *
 * @param test class and method
 * @param failure found in what does not hold with the bug, all in one line
 */
record TestTrap(String test, Pattern failure) implements Trap {
  /** Of the tests that have rounds. */
  private static final int ROUNDS = 20;

  @Override
  public Run run(Mutation mutation, int seed, Path directory) throws Exception {
    RunFiles files = new RunFiles(directory);
    List<String> arguments = new ArrayList<>(mutation.nodes().apply(files.directory()));
    arguments.add("-Drelaykv.stale-reads.rounds=" + ROUNDS);
    OneTest.Result result = OneTest.run(test, arguments, files.directory());
    if (result.hasPassed()) {
      files.delete();
      return new Run(End.PASSED, "nothing", result.nodes());
    }
    End end =
        result.failures().stream().anyMatch(what -> failure.matcher(what).find())
            ? End.CAUGHT
            : End.FAILED_OTHERWISE;
    return new Run(end, String.join("; ", result.failures()), result.nodes());
  }

  @Override
  public String toString() {
    return test;
  }
}
