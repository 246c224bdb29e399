package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.tests.nemesis.Nemeses;
import io.relaykv.tests.nemesis.Nemesis;
import io.relaykv.tests.nemesis.Nemesis.Harm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScenarioTest {
  @Test
  void isTheSameAfterItWasWrittenDown() {
    String text = "kill-leader,pause-leader+lose-packets";
    Scenario scenario = Scenario.parse(text);
    assertThat(scenario.steps())
        .containsExactly(
            List.of(Nemeses.KILL_LEADER), List.of(Nemeses.PAUSE_LEADER, Nemeses.LOSE_PACKETS));
    assertThat(scenario).hasToString(text);
  }

  @Test
  void namesTheFaultsThatThereAreWhenItIsGivenAnother() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenario.parse("kill-leader,kill-everybody"))
        .withMessageContaining("no fault is called kill-everybody")
        .withMessageContaining("kill-follower");
  }

  @Test
  void aSeedDrawsTheSameMixEachTime() {
    for (long seed = 0; seed < 100; seed++) {
      assertThat(Scenario.mix(new Random(seed))).isEqualTo(Scenario.mix(new Random(seed)));
    }
  }

  @Test
  void aMixLeavesTheClusterItsDataAndANodeThatSeesTheFaults() {
    for (long seed = 0; seed < 1_000; seed++) {
      for (List<Nemesis> step : Scenario.mix(new Random(seed)).steps()) {
        assertThat(step).hasSizeBetween(2, 3).doesNotHaveDuplicates();
        List<Nemesis> grave = step.stream().filter(one -> one.harm() != Harm.MILD).toList();
        assertThat(grave).as("%s", step).hasSizeLessThanOrEqualTo(2);
        if (grave.size() == 2) {
          assertThat(grave).as("%s", step).allMatch(one -> one.harm() == Harm.HARSH);
        }
      }
    }
  }

  @Test
  void everyFaultIsDrawnSoonerOrLater() {
    List<Nemesis> left = new ArrayList<>(Nemeses.ALL);
    for (long seed = 0; seed < 1_000; seed++) {
      Scenario.mix(new Random(seed)).steps().forEach(left::removeAll);
    }
    assertThat(left).isEmpty();
  }
}
