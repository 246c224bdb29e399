package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final Duration TICK = Duration.ofMillis(100);

  private final FakeVitals vitals = new FakeVitals();
  private final List<String> ends = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 5;
  private final Watchdog watchdog =
      new Watchdog(
          vitals, (what, cause) -> ends.add(what + ": " + cause.getMessage()), () -> nowNanos);

  private void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= TICK.toMillis()) {
      nowNanos += TICK.toNanos();
      watchdog.tick();
    }
  }

  @Test
  void leavesANodeAloneThatHasNothingToApply() {
    vitals.committed = 7;
    vitals.applied = 7;
    pass(Duration.ofMinutes(5));
    assertThat(ends).isEmpty();
  }

  @Test
  void leavesANodeAloneThatLagsButMoves() {
    for (int i = 0; i < 20; i++) {
      vitals.committed += 1000;
      vitals.applied++;
      pass(Duration.ofSeconds(29));
    }
    assertThat(ends).isEmpty();
  }

  @Test
  void endsANodeThatDoesNotApplyWhatIsCommitted() {
    vitals.committed = 8;
    vitals.applied = 7;
    pass(Duration.ofSeconds(30));
    assertThat(ends).isEmpty();
    pass(TICK);
    assertThat(ends)
        .containsExactly(
            "nothing has been applied for 30 s: applied up to entry 7, committed up to 8");
  }

  @Test
  void aSnapshotMayTakeItsTimeAndTheStallCountsFromItsEnd() {
    vitals.committed = 8;
    vitals.applied = 7;
    pass(Duration.ofSeconds(29));
    vitals.waitsForSnapshot = true;
    pass(Duration.ofMinutes(10));
    vitals.waitsForSnapshot = false;
    pass(Duration.ofSeconds(29));
    assertThat(ends).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(ends).isNotEmpty();
  }

  @Test
  void aProcessThatWasStoppedHasNotStalled() {
    vitals.committed = 8;
    vitals.applied = 7;
    pass(TICK);
    nowNanos += Duration.ofMinutes(10).toNanos();
    watchdog.tick();
    assertThat(ends).isEmpty();
  }

  @Test
  void endsANodeWhoseRatisHasStopped() {
    pass(TICK);
    vitals.ratisRuns = false;
    pass(Watchdog.STOP_LIMIT.minus(TICK));
    assertThat(ends).isEmpty();
    pass(TICK);
    assertThat(ends).containsExactly("Ratis has stopped by itself: see the log above");
  }

  @Test
  void endsANodeWhoseDatabaseCannotBeWrittenTo() {
    vitals.databaseErrors = 1;
    pass(TICK);
    assertThat(ends)
        .containsExactly(
            "the database cannot write to disk: RocksDB counts 1 background errors; see LOG in its directory");
  }

  @Test
  void endsACandidateThatHasNoElection() {
    vitals.hasGivenUpElection = true;
    pass(Watchdog.GIVEN_UP_LIMIT.minus(TICK));
    vitals.hasGivenUpElection = false;
    pass(TICK);
    vitals.hasGivenUpElection = true;
    pass(Watchdog.GIVEN_UP_LIMIT.minus(TICK));
    assertThat(ends).isEmpty();
    pass(TICK);
    assertThat(ends)
        .containsExactly(
            "the election that this node stood for has failed, and Ratis does not begin another: see the log above");
  }

  private static final class FakeVitals implements Watchdog.Vitals {
    private boolean ratisRuns = true;
    private boolean hasGivenUpElection;
    private long databaseErrors;
    private long committed;
    private long applied;
    private boolean waitsForSnapshot;

    @Override
    public boolean ratisRuns() {
      return ratisRuns;
    }

    @Override
    public boolean hasGivenUpElection() {
      return hasGivenUpElection;
    }

    @Override
    public long databaseErrors() {
      return databaseErrors;
    }

    @Override
    public long committedIndex() {
      return committed;
    }

    @Override
    public long appliedIndex() {
      return applied;
    }

    @Override
    public boolean waitsForSnapshot() {
      return waitsForSnapshot;
    }
  }
}
