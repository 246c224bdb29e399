package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.tests.mutation.Bug;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The test of the tests: a known bug is put back, and the scenario or the test that is meant for it
 * must fail, by what the bug does. {@code -Dmutation=NAME} tries one alone.
 */
@Tag("mutation")
class MutationsIT {
  /** A bug that shows itself by chance may take so many runs. */
  private static final int MOST_RUNS = 5;

  /** Of the tests that have rounds. */
  private static final int ROUNDS = 20;

  private static final Path RUNS = Path.of("target", "runs", "mutations");
  private static final List<String> CAUGHT = new ArrayList<>();

  /** By what a bug must be caught. */
  private sealed interface Trap {}

  /**
   * A scenario.
   *
   * @param kinds what it must fail by
   */
  private record InScenario(String scenario, Set<Kind> kinds) implements Trap {}

  /** A test of its own, for a bug that takes a certain order of things: class and method. */
  private record ByTest(String name) implements Trap {}

  private static Trap trapFor(Bug bug) {
    return switch (bug) {
      case RATIS_READS ->
          new InScenario(
              "isolate-leader,isolate-leader,isolate-leader", Set.of(Kind.NOT_LINEARIZABLE));
      case RATIS_LINEARIZABLE_READS ->
          new ByTest(
              "io.relaykv.tests.fault.IsolatedLeaderIT#itServesNothingThatIsOld(java.nio.file.Path)");
      case LEASE_WITHOUT_PROMISE -> new ByTest("io.relaykv.tests.fault.DelayedVoteIT");
      case SESSIONS_OFF ->
          new ByTest(
              "io.relaykv.tests.fault.RetriedWritesIT#aRetryAfterALeaderChangeAndAfterARestartFromASnapshotDoesNotBringAnOldValueBack(java.nio.file.Path)");
      case SESSIONS_NOT_LOADED ->
          new ByTest(
              "io.relaykv.tests.fault.RetriedWritesIT#aRetryAtANodeThatKnowsTheWriteFromASnapshotOnlyDoesNotBringAnOldValueBack(java.nio.file.Path)");
      case APPLIED_INDEX_BEFORE_DATA ->
          new InScenario("kill-all", Set.of(Kind.LOST, Kind.NOT_LINEARIZABLE, Kind.DIFFERENT));
      case APPLIED_INDEX_AFTER_DATA ->
          new InScenario("kill-follower,kill-follower", Set.of(Kind.DIFFERENT));
      case ACK_BEFORE_COMMIT ->
          new InScenario("kill-leader", Set.of(Kind.NOT_LINEARIZABLE, Kind.LOST));
      case FSYNC_SKIPPED ->
          new InScenario(
              "cut-power-of-all", Set.of(Kind.LOST, Kind.NOT_LINEARIZABLE, Kind.NOT_SERVING));
      case TIMEOUT_REPORTED_AS_FAILURE ->
          new InScenario("pause-leader,pause-leader", Set.of(Kind.NOT_LINEARIZABLE));
      case INSTALL_KEEPS_OLD_DATABASE ->
          new InScenario("lag", Set.of(Kind.DIFFERENT, Kind.NOT_LINEARIZABLE));
      case ACCOUNT_PREFIX_DROPPED -> new InScenario("kill-follower", Set.of(Kind.NOT_LINEARIZABLE));
      case SNAPSHOT_DIGEST_NOT_CHECKED ->
          new ByTest(
              "io.relaykv.tests.fault.SnapshotTransferIT#aDamagedSnapshotIsNotPassedOnButHaltsWhoeverHasIt(java.nio.file.Path)");
      case QUOTA_NOT_COUNTED ->
          new ByTest("io.relaykv.tests.security.RevocationIT#anAccountHoldsNoMoreThanItMay");
    };
  }

  static Stream<Bug> bugs() {
    String only = System.getProperty("mutation");
    return only == null ? Stream.of(Bug.values()) : Stream.of(Bug.valueOf(only));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void isCaught(Bug bug) throws Exception {
    Trap trap = trapFor(bug);
    if (trap instanceof InScenario scenario) {
      isCaughtIn(scenario, bug);
    } else {
      isCaughtBy((ByTest) trap, bug);
    }
  }

  private static void isCaughtIn(InScenario trap, Bug bug) {
    List<String> others = new ArrayList<>();
    int operations = 0;
    for (int run = 1; run <= MOST_RUNS; run++) {
      Path directory = RUNS.resolve(bug.name() + "-" + run);
      try {
        RunReport report =
            new ScenarioRun(Scenario.parse(trap.scenario()), run, Mutation.of(bug), directory)
                .run();
        operations += (int) report.operations();
        others.add("nothing");
      } catch (RunFailedException e) {
        operations += e.operations();
        if (trap.kinds().contains(e.kind())) {
          caught(
              bug,
              String.format(
                  Locale.ROOT,
                  "%s: %s in run %d, after %,d operations",
                  trap.scenario(),
                  e.kind(),
                  run,
                  operations));
          return;
        }
        others.add(e.getMessage());
      }
    }
    assertThat(others).as("what %d runs of %s showed", MOST_RUNS, trap.scenario()).isNull();
  }

  private static void isCaughtBy(ByTest trap, Bug bug) throws Exception {
    Path directory = RUNS.resolve(bug.name()).toAbsolutePath();
    Files.createDirectories(directory);
    for (int run = 1; run <= MOST_RUNS; run++) {
      List<String> arguments = new ArrayList<>(bug.jvmArguments(directory));
      arguments.add("-Drelaykv.stale-reads.rounds=" + ROUNDS);
      OneTest.Result result =
          OneTest.run(trap.name(), arguments, directory.resolve("output-" + run + ".txt"));
      if (result.hasFailed()) {
        caught(bug, "%s in run %d: %s".formatted(trap.name(), run, result.failure()));
        return;
      }
      assertThat(result.hasPassed())
          .as("%s ran: exit code %d, see %s", trap.name(), result.exitCode(), directory)
          .isTrue();
    }
    assertThat(bug).as("survived %d runs of %s", MOST_RUNS, trap.name()).isNull();
  }

  private static void caught(Bug bug, String by) {
    String line = "%s (%s) was caught by %s".formatted(bug, bug.description(), by);
    System.out.println(line);
    CAUGHT.add(line);
  }

  @AfterAll
  static void tell() {
    System.out.println("Mutations\n  " + String.join("\n  ", CAUGHT));
  }
}
