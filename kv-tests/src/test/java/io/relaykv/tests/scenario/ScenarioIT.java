package io.relaykv.tests.scenario;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The run of another day once more: {@code -Dscenario=kill-leader,pause-leader+lose-packets
 * -Dseed=42}.
 */
@Tag("scenario")
class ScenarioIT {
  @Test
  void asItIsTold() {
    Scenario scenario = Scenario.parse(System.getProperty("scenario", "kill-leader"));
    long seed = Long.getLong("seed", 1);
    new ScenarioRun(scenario, seed, Mutation.NONE, Path.of("target", "runs", "scenario")).run();
  }
}
