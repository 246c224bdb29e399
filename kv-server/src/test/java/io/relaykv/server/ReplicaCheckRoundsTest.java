package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.Command.OpCase;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.server.raft.FakeLog;
import io.relaykv.statemachine.CheckComparison;
import io.relaykv.statemachine.CheckedState;
import io.relaykv.statemachine.ReplicaCheck;
import io.relaykv.statemachine.StateMachineEvents;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaCheckRoundsTest {
  private static final Instant FIRST_ENTRY = Instant.parse("2026-01-02T03:04:05Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final List<OpCase> proposed = new ArrayList<>();
  private final List<CheckComparison> compared = new CopyOnWriteArrayList<>();
  private CheckedState state;
  private Instant now = FIRST_ENTRY;
  private boolean leads = true;
  private boolean logIsSlow;
  private boolean logFails;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    state = new CheckedState(temp.resolve("db"), events());
  }

  private StateMachineEvents events() {
    return (StateMachineEvents)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {StateMachineEvents.class},
            (proxy, method, arguments) -> compared.add((CheckComparison) arguments[0]));
  }

  @AfterEach
  void close() {
    state.close();
  }

  @Test
  void theFirstCheckIsDueAnIntervalBehindTheFirstEntryOfTheCluster() {
    ReplicaCheckRounds rounds = rounds("n1", DAY);
    now = FIRST_ENTRY.plus(DAY);
    rounds.tick();
    assertThat(proposed).as("of a cluster without an entry").isEmpty();
    now = FIRST_ENTRY;
    applyFirstEntry();
    now = FIRST_ENTRY.plus(DAY).minusMillis(1);
    rounds.tick();
    assertThat(proposed).isEmpty();
    now = FIRST_ENTRY.plus(DAY);
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK);
  }

  @Test
  void aCheckIsComparedOnceItIsDoneHereAndTheNextOneIsDueAnIntervalLater() {
    ReplicaCheckRounds rounds = rounds("n1", DAY);
    applyFirstEntry();
    now = now.plus(DAY);
    rounds.tick();
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK);
    hash();
    rounds.tick();
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK, OpCase.COMPARE_CHECK);
    assertThat(compared).containsExactly(new CheckComparison(2, "n1", true, now.toEpochMilli()));
    now = now.plus(DAY);
    rounds.tick();
    assertThat(proposed).endsWith(OpCase.START_CHECK).hasSize(3);
  }

  @Test
  void aCheckThatIsUnderWayIsNotOverlappedByTheNext() {
    ReplicaCheckRounds rounds = rounds("n1", DAY);
    applyFirstEntry();
    now = now.plus(DAY);
    rounds.tick();
    now = now.plus(DAY);
    rounds.tick();
    assertThat(proposed).hasSize(1);
  }

  @Test
  void theNextLeaderBringsACheckToItsEnd() {
    ReplicaCheckRounds old = rounds("n1", DAY);
    ReplicaCheckRounds next = rounds("n2", DAY);
    applyFirstEntry();
    now = now.plus(DAY);
    old.tick();
    leads = false;
    hash();
    next.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK);
    leads = true;
    next.tick();
    assertThat(compared).containsExactly(new CheckComparison(2, "n2", true, now.toEpochMilli()));
    old.tick();
    assertThat(proposed).as("compared already").hasSize(2);
  }

  @Test
  void whatIsUnderWayIsNotProposedTwiceAndWhatHasFailedIs() {
    ReplicaCheckRounds rounds = rounds("n1", DAY);
    applyFirstEntry();
    now = now.plus(DAY);
    logFails = true;
    rounds.tick();
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK, OpCase.START_CHECK);
    logFails = false;
    logIsSlow = true;
    rounds.tick();
    rounds.tick();
    assertThat(proposed).hasSize(3);
  }

  @Test
  void aLastCheckByAClockThatWasYearsAheadDoesNotPutTheNextOffForYears() {
    ReplicaCheckRounds rounds = rounds("n1", DAY);
    now = FIRST_ENTRY.plus(Duration.ofDays(3650));
    applyFirstEntry();
    now = FIRST_ENTRY;
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.START_CHECK);
  }

  @Test
  void withoutAnIntervalOnlyWhatOperatorsStartIsCompared() {
    ReplicaCheckRounds rounds = rounds("n1", Duration.ZERO);
    applyFirstEntry();
    now = now.plus(DAY);
    rounds.tick();
    assertThat(proposed).isEmpty();
    state.apply(ReplicaCheck.start().build());
    hash();
    rounds.tick();
    assertThat(proposed).containsExactly(OpCase.COMPARE_CHECK);
  }

  private ReplicaCheckRounds rounds(String nodeId, Duration interval) {
    return new ReplicaCheckRounds(
        nodeId,
        interval,
        new TestClock(),
        state.check(),
        state::lastCheckMs,
        () -> leads,
        this::log);
  }

  private CompletableFuture<CommandResult> log(Command.Builder command) {
    proposed.add(command.getOpCase());
    if (logFails) {
      return CompletableFuture.failedFuture(FakeLog.notAppended());
    }
    return logIsSlow
        ? new CompletableFuture<>()
        : CompletableFuture.completedFuture(
            state.apply(command.setLeaderTimeMs(now.toEpochMilli()).build()));
  }

  private void applyFirstEntry() {
    state.apply(
        Command.newBuilder()
            .setLeaderTimeMs(now.toEpochMilli())
            .setCreateAccount(CreateAccount.newBuilder().setName("shop"))
            .build());
  }

  private void hash() {
    state.letItHash();
    await("the digest").until(() -> state.check().toCompare().isPresent());
  }

  private final class TestClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
