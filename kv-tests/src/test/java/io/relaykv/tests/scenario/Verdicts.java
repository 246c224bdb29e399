package io.relaykv.tests.scenario;

import io.relaykv.tests.history.LinearizabilityChecker;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Verdict;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.util.List;

/** What the checker's verdict on a history means for a run. */
final class Verdicts {
  private Verdicts() {}

  static void requireLinearizable(List<Operation> history) {
    Verdict verdict = new LinearizabilityChecker().check(history);
    if (verdict instanceof Verdict.Violation) {
      throw new RunFailedException(Kind.NOT_LINEARIZABLE, verdict.toString());
    }
    if (!(verdict instanceof Verdict.Linearizable)) {
      throw new RunFailedException(Kind.TOO_WEAK, verdict.toString());
    }
  }
}
