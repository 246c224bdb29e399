package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaykv.tests.mutation.Bug;
import io.relaykv.tests.scenario.Trap.End;
import io.relaykv.tests.scenario.Trap.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a bug counts as caught. */
class BugHuntTest {
  private static final Bug BUG = Bug.SESSIONS_OFF;
  private static final String PUT_IN = String.join("\n", BUG.announcements());
  private static final Run PASSED = new Run(End.PASSED, "nothing", PUT_IN);
  private static final Run CAUGHT = new Run(End.CAUGHT, "an old value", PUT_IN);
  private static final Run WEAK = new Run(End.TOO_WEAK, "slow", PUT_IN);
  private static final Run OTHER = new Run(End.FAILED_OTHERWISE, "no cluster", PUT_IN);

  /** The runs that there were. */
  private final List<String> runs = new ArrayList<>();

  /**
   * One after the other, the last again and again.
   *
   * @param without what each run without the bug shows
   */
  private String hunt(List<Run> without, Run... with) throws Exception {
    Iterator<Run> controls = without.iterator();
    Trap trap =
        (mutation, seed, directory) -> {
          runs.add(directory.getFileName().toString());
          return mutation.equals(Mutation.NONE)
              ? controls.next()
              : with[Math.min(seed, with.length) - 1];
        };
    return new BugHunt(BUG, trap, Path.of("runs")).run();
  }

  @Test
  void itIsCaughtByARunThatPassesWithoutIt() throws Exception {
    assertThat(hunt(List.of(PASSED), PASSED, WEAK, OTHER, CAUGHT))
        .startsWith("SESSIONS_OFF (a write that is sent again is applied again) was caught by ")
        .endsWith(" in run 4: an old value");
    assertThat(runs)
        .containsExactly(
            "SESSIONS_OFF-1",
            "SESSIONS_OFF-2",
            "SESSIONS_OFF-3",
            "SESSIONS_OFF-4",
            "SESSIONS_OFF-4-without");
  }

  @Test
  void itIsNotByARunThatFailsWithoutItToo() {
    for (Run without : List.of(CAUGHT, OTHER)) {
      assertThatThrownBy(() -> hunt(List.of(without), CAUGHT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("without SESSIONS_OFF, which showed [%s]", without.shown());
    }
  }

  @Test
  void aRunWithoutItThatShowsTooLittleIsRepeated() throws Exception {
    assertThat(hunt(List.of(WEAK, WEAK, PASSED), CAUGHT)).contains("was caught by ");
    assertThatThrownBy(() -> hunt(Collections.nCopies(5, WEAK), CAUGHT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("without SESSIONS_OFF, which showed [slow, slow, slow, slow, slow]");
  }

  @Test
  void itIsNotByRunsThatFailBySomethingElse() {
    assertThatThrownBy(() -> hunt(List.of(), OTHER, WEAK))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("SESSIONS_OFF survived 5 runs")
        .hasMessageContaining("[no cluster, slow, slow, slow, slow]");
  }

  @Test
  void aRunOfNodesThatDidNotHaveItShowsNothing() {
    for (End end : End.values()) {
      runs.clear();
      assertThatThrownBy(() -> hunt(List.of(), new Run(end, "something", "n1 leads")))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("what nodes say that have the bug, in run 1")
          .hasMessageContaining(PUT_IN);
      assertThat(runs).hasSize(1);
    }
  }

  @Test
  void nodesSayNothingOfABugInClients() throws Exception {
    Trap trap =
        (mutation, seed, directory) ->
            new Run(mutation.equals(Mutation.NONE) ? End.PASSED : End.CAUGHT, "", "n1 leads");
    assertThat(new BugHunt(Bug.TIMEOUT_REPORTED_AS_FAILURE, trap, Path.of("runs")).run())
        .contains("was caught by ");
  }
}
