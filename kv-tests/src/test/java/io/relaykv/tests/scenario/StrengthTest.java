package io.relaykv.tests.scenario;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.OpKind;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run that shows nothing must not pass for one in which all held. */
class StrengthTest {
  private static final FaultRecord FAULT =
      new FaultRecord("kill-leader", Set.of("n1"), 1_000, 2_000, Optional.of("it was gone"));

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
        new FaultRecord("kill-leader", Set.of("n1"), 1_000, 2_000, Optional.empty()),
        "nothing shows that kill-leader on [n1] happened");
  }

  @Test
  void refusesAFaultDuringWhichNobodyAskedTheNode() {
    isTooWeak(
        new FaultRecord("kill-leader", Set.of("n1"), 3_000, 4_000, Optional.of("it was gone")),
        "nobody asked n1 anything during kill-leader");
  }

  @Test
  void acceptsANodeThatNobodyIsPinnedTo() {
    assertThatNoException()
        .isThrownBy(
            () -> check(new FaultRecord("lag", Set.of("n4"), 1, 2, Optional.of("a snapshot"))));
  }

  @Test
  void refusesTooFewReads() {
    history.remove(0);
    isTooWeak(FAULT, "only 199 reads returned a value");
  }

  @Test
  void refusesTooManyWritesOfUnknownOutcome() {
    add(1, OpKind.PUT, Outcome.UNKNOWN, 500, null);
    isTooWeak(FAULT, "of 101 writes 61 ended with nobody knows what");
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
