package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.tests.scenario.Schedule.Planned;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Scenario SCENARIO =
      Scenario.parse("kill-leader,pause-leader+lose-packets,kill-follower");

  @Test
  void isAFunctionOfTheSeed() {
    assertThat(Schedule.of(SCENARIO, 7)).isEqualTo(Schedule.of(SCENARIO, 7));
    assertThat(Schedule.of(SCENARIO, 7)).isNotEqualTo(Schedule.of(SCENARIO, 8));
  }

  @Test
  void hasTheFaultsOfTheScenarioInTheirOrder() {
    assertThat(
            Schedule.of(SCENARIO, 7).steps().stream()
                .map(step -> step.stream().map(Planned::fault).toList()))
        .isEqualTo(SCENARIO.steps());
  }

  @Test
  void holdsEachFaultForATimeThatIsItsOwn() {
    for (long seed = 0; seed < 100; seed++) {
      for (List<Planned> step : Schedule.of(SCENARIO, seed).steps()) {
        assertThat(step)
            .allSatisfy(
                one ->
                    assertThat(one.hold()).isBetween(one.fault().minHold(), one.fault().maxHold()));
      }
    }
  }

  @Test
  void drawsForEachFaultAnew() {
    assertThat(Schedule.of(Scenario.parse("kill-leader,kill-leader+kill-leader"), 7).steps())
        .flatMap(step -> step)
        .extracting(Planned::choices)
        .doesNotHaveDuplicates();
  }
}
