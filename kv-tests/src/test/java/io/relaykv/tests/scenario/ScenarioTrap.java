package io.relaykv.tests.scenario;

import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * A scenario.
 *
 * @param kinds by what a bug makes it fail, once a fault has struck
 */
record ScenarioTrap(String scenario, Set<Kind> kinds) implements Trap {
  @Override
  public Run run(Mutation mutation, int seed, Path directory) {
    try {
      RunReport report = new ScenarioRun(Scenario.parse(scenario), seed, mutation, directory).run();
      String shown = String.format(Locale.ROOT, "nothing in %,d operations", report.operations());
      return new Run(End.PASSED, shown, Files.exists(directory) ? NodeLogs.below(directory) : "");
    } catch (RunFailedException e) {
      return new Run(end(e), shown(e), NodeLogs.below(directory));
    }
  }

  /** A cluster that does not even serve before the first fault has not met what shows the bug. */
  End end(RunFailedException failure) {
    if (kinds.contains(failure.kind()) && failure.faults() > 0) {
      return End.CAUGHT;
    }
    return failure.kind() == Kind.TOO_WEAK ? End.TOO_WEAK : End.FAILED_OTHERWISE;
  }

  private static String shown(RunFailedException failure) {
    return String.format(
        Locale.ROOT,
        "%s after %,d operations and %d faults",
        failure.getMessage().lines().findFirst().orElseThrow(),
        failure.operations(),
        failure.faults());
  }

  @Override
  public String toString() {
    return scenario;
  }
}
