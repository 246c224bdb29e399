package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.OpKind;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Outcome;
import io.relaykv.tests.nemesis.Lead;
import io.relaykv.tests.nemesis.Nemeses;
import io.relaykv.tests.nemesis.Nemesis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run that shows nothing must not pass for one in which all held. */
class StrengthTest {
  private static final Optional<String> PROOF = Optional.of("it was gone");

  private static final FaultRecord FAULT = fault(Nemeses.KILL_LEADER, "n1", 1_000, 2_000, PROOF);

  private final List<Operation> history = new ArrayList<>();

  StrengthTest() {
    add(200, OpKind.GET, Outcome.OK, 1_500, "n1");
    add(40, OpKind.PUT, Outcome.OK, 500, null);
    add(60, OpKind.PUT, Outcome.UNKNOWN, 500, null);
  }

  private void add(int count, OpKind op, Outcome outcome, long call, @Nullable String node) {
    for (int i = 0; i < count; i++) {
      history.add(
          new Operation(
              1, null, op, "k", "v" + history.size(), call, call + 1, outcome, node, null, null));
    }
  }

  @Test
  void acceptsWhatIsJustEnough() {
    assertThatNoException().isThrownBy(() -> check(FAULT));
  }

  @Test
  void refusesAFaultWithoutAProof() {
    isTooWeak(
        fault(Nemeses.KILL_LEADER, "n1", 1_000, 2_000, Optional.empty()),
        "nothing shows that kill-leader on [n1] happened");
  }

  @Test
  void refusesAFaultDuringWhichNobodyAskedTheNode() {
    isTooWeak(
        fault(Nemeses.KILL_LEADER, "n1", 3_000, 4_000, PROOF),
        "nobody asked n1 anything during kill-leader");
  }

  @Test
  void acceptsANodeThatNobodyIsPinnedTo() {
    assertThatNoException().isThrownBy(() -> check(fault(Nemeses.LAG, "n4", 1, 2, PROOF)));
  }

  @Test
  void refusesAFaultOfTheLeaderThatStruckAnother() {
    isTooWeak(
        led(Nemeses.KILL_LEADER, Optional.of("n2"), false, 4),
        "kill-leader struck n1, which did not lead: n2 did");
    isTooWeak(
        led(Nemeses.JUMP_LEADERS_CLOCK, Optional.empty(), false, 4),
        "jump-leaders-clock struck n1, which did not lead: nobody did");
  }

  @Test
  void acceptsAnotherIfTheLeaderHadBeenStruckBefore() {
    assertThatNoException()
        .isThrownBy(() -> check(led(Nemeses.KILL_LEADER, Optional.empty(), true, 3)));
  }

  @Test
  void refusesALeaderThatIsGoneWithoutANewTerm() {
    isTooWeak(
        led(Nemeses.KILL_LEADER, Optional.of("n1"), false, 3),
        "kill-leader struck the leader n1, and yet no new term began: it is 3 still");
    isTooWeak(
        led(Nemeses.KILL_ALL, Optional.of("n1"), false, 3),
        "kill-all struck the leader n1, and yet no new term began: it is 3 still");
  }

  @Test
  void acceptsTheSameTermAfterWhatALeaderOutlasts() {
    assertThatNoException()
        .isThrownBy(() -> check(led(Nemeses.PAUSE_LEADER_SHORTLY, Optional.of("n1"), false, 3)));
  }

  /** On n1 in term 3. */
  private static FaultRecord led(
      Nemesis kind, Optional<String> leader, boolean leaderStruck, long termAfter) {
    return new FaultRecord(
        kind,
        Set.of("n1"),
        new Lead(leader, 3),
        leaderStruck,
        termAfter,
        1_000,
        2_000,
        Instant.EPOCH,
        Instant.EPOCH,
        PROOF);
  }

  private static FaultRecord fault(
      Nemesis kind, String victim, long start, long end, Optional<String> proof) {
    return new FaultRecord(
        kind,
        Set.of(victim),
        new Lead(Optional.of(victim), 1),
        false,
        2,
        start,
        end,
        Instant.EPOCH,
        Instant.EPOCH,
        proof);
  }

  @Test
  void refusesTooFewReads() {
    history.remove(0);
    isTooWeak(FAULT, "only 199 reads returned a value");
  }

  @Test
  void refusesTooManyWritesOfUnknownOutcome() {
    add(1, OpKind.PUT, Outcome.UNKNOWN, 500, null);
    isTooWeak(FAULT, "of 101 writes that could go to any node 61 ended with nobody knows what");
  }

  @Test
  void refusesARunWithoutWritesThatCouldGoToAnyNode() {
    history.removeIf(operation -> operation.op().isWrite());
    add(100, OpKind.PUT, Outcome.OK, 500, "n2");
    isTooWeak(FAULT, "no write could go to any node");
  }

  @Test
  void acceptsThatWhoIsPinnedToANodeThatIsDownLearnsNothing() {
    add(1_000, OpKind.PUT, Outcome.UNKNOWN, 500, "n2");
    assertThatNoException().isThrownBy(() -> check(FAULT));
  }

  private void isTooWeak(FaultRecord fault, String why) {
    assertThatExceptionOfType(RunFailedException.class)
        .isThrownBy(() -> check(fault))
        .withMessage(why)
        .matches(failure -> failure.kind() == RunFailedException.Kind.TOO_WEAK);
  }

  private void check(FaultRecord fault) {
    Strength.check(new HistorySummary(history), List.of(fault));
  }
}
