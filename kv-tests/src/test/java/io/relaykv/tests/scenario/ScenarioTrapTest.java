package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.tests.scenario.RunFailedException.Kind;
import io.relaykv.tests.scenario.Trap.End;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScenarioTrapTest {
  private static final ScenarioTrap TRAP =
      new ScenarioTrap("cut-power-of-all", Set.of(Kind.LOST, Kind.NOT_SERVING));

  @Test
  void aBugIsCaughtByWhatItDoesOnceAFaultHasStruck() {
    assertThat(end(Kind.LOST, 1)).isEqualTo(End.CAUGHT);
    assertThat(end(Kind.NOT_SERVING, 2)).isEqualTo(End.CAUGHT);
  }

  @Test
  void aClusterThatNeverServedShowsNothing() {
    assertThat(end(Kind.NOT_SERVING, 0)).isEqualTo(End.FAILED_OTHERWISE);
  }

  @Test
  void whateverElseGoesWrongShowsNothing() {
    assertThat(end(Kind.TOO_WEAK, 1)).isEqualTo(End.TOO_WEAK);
    assertThat(end(Kind.UNEXPECTED, 1)).isEqualTo(End.FAILED_OTHERWISE);
  }

  private static End end(Kind kind, int faults) {
    return TRAP.end(new RunFailedException(kind, "", 1000, faults, new IllegalStateException()));
  }
}
