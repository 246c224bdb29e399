package io.relaykv.tests.scenario;

import static io.relaykv.tests.nemesis.Nemeses.CUT_POWER_OF_ALL;
import static io.relaykv.tests.nemesis.Nemeses.DAMAGE_FILES;
import static io.relaykv.tests.nemesis.Nemeses.FAIL_FSYNC_ONCE;
import static io.relaykv.tests.nemesis.Nemeses.ISOLATE_LEADER;
import static io.relaykv.tests.nemesis.Nemeses.ISOLATE_LEADER_OUTBOUND;
import static io.relaykv.tests.nemesis.Nemeses.KILL_ALL;
import static io.relaykv.tests.nemesis.Nemeses.KILL_LEADER;
import static io.relaykv.tests.nemesis.Nemeses.LAG;
import static io.relaykv.tests.nemesis.Nemeses.PAUSE_LEADER;
import static io.relaykv.tests.nemesis.Nemeses.PAUSE_LEADER_SHORTLY;
import static io.relaykv.tests.nemesis.Nemeses.REPLACE_FOLLOWER;
import static io.relaykv.tests.nemesis.Nemeses.REPLACE_LEADER;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A smoke test in every build: the faults that matter most, once or twice each. What it takes to
 * trust the promises is the soak.
 */
@Tag("fault")
@Tag("alone")
class GateIT {
  private static final Path RUNS = Path.of("target", "runs", "gate");

  @Test
  void theLeaderIsKilled() {
    run(Scenario.of(KILL_LEADER, KILL_LEADER));
  }

  @Test
  void allAreKilledAndAllLoseTheirPower() {
    run(Scenario.of(KILL_ALL, CUT_POWER_OF_ALL));
  }

  @Test
  void theLeaderIsPaused() {
    run(Scenario.of(PAUSE_LEADER, PAUSE_LEADER_SHORTLY));
  }

  @Test
  void theLeaderIsCutOffFromTheOthersButNotFromClients() {
    run(Scenario.of(ISOLATE_LEADER, ISOLATE_LEADER_OUTBOUND));
  }

  @Test
  void theLeadersDiskFails() {
    run(Scenario.of(FAIL_FSYNC_ONCE));
  }

  @Test
  void filesOfANodeAreDamagedAndAnotherLagsBehind() {
    run(Scenario.of(DAMAGE_FILES, LAG));
  }

  @Test
  void membersAreReplaced() {
    run(Scenario.of(REPLACE_FOLLOWER, REPLACE_LEADER));
  }

  @Test
  void severalThingsHappenAtOnce() {
    run(Scenario.mix(new Random(seed())));
  }

  /** Another one each day, the same all day long, unless {@code -Dseed} says which. */
  private static long seed() {
    return Long.getLong("seed", LocalDate.now(ZoneOffset.UTC).toEpochDay());
  }

  private static void run(Scenario scenario) {
    new ScenarioRun(
            scenario, seed(), Mutation.NONE, RUNS.resolve(scenario.toString().replace(',', '_')))
        .run();
  }
}
