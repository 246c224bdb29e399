package io.relaykv.tests.scenario;

import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Outcome;
import io.relaykv.tests.nemesis.Nemesis.Aim;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import java.util.List;

/**
 * Whether a run shows anything: a cluster that is dead, or faults that did not happen, or clients
 * that stood still, violate no promise either.
 */
final class Strength {
  private static final int READS_OF_VALUES = 200;
  private static final double MOST_UNKNOWN = 0.6;

  private Strength() {}

  static void check(HistorySummary history, List<FaultRecord> faults) {
    for (FaultRecord fault : faults) {
      if (fault.proof().isEmpty()) {
        throw tooWeak(
            "nothing shows that %s on %s happened".formatted(fault.kind(), fault.victims()));
      }
      checkLeader(fault);
      // Nobody is pinned to a node that has joined later.
      for (String victim : fault.victims()) {
        List<Operation> asked = history.at(victim).operations();
        if (!asked.isEmpty() && during(fault, asked) == 0) {
          throw tooWeak("nobody asked %s anything during %s".formatted(victim, fault.kind()));
        }
      }
    }
    long reads = history.readsOfValues();
    if (reads < READS_OF_VALUES) {
      throw tooWeak("only %d reads returned a value".formatted(reads));
    }
    // Who is pinned to a node that is down learns nothing, a hundred times a second.
    HistorySummary writes =
        history.only(operation -> operation.op().isWrite() && operation.node() == null);
    if (writes.operations().isEmpty()) {
      throw tooWeak("no write could go to any node");
    }
    long unknown = writes.count(Outcome.UNKNOWN);
    if (unknown > MOST_UNKNOWN * writes.operations().size()) {
      throw tooWeak(
          "of %d writes that could go to any node %d ended with nobody knows what"
              .formatted(writes.operations().size(), unknown));
    }
  }

  /** What is said to befall a leader has befallen one, and where that must end its term, did. */
  private static void checkLeader(FaultRecord fault) {
    if (fault.fault().aim() == Aim.LEADER && !fault.hasStruckTheLeader() && !fault.leaderStruck()) {
      throw tooWeak(
          "%s struck %s, which did not lead: %s did"
              .formatted(fault.kind(), fault.target(), fault.before().leader().orElse("nobody")));
    }
    if (fault.fault().endsTerm()
        && fault.hasStruckTheLeader()
        && fault.termAfter() <= fault.before().term()) {
      throw tooWeak(
          "%s struck the leader %s, and yet no new term began: it is %d still"
              .formatted(fault.kind(), fault.before().leader().orElseThrow(), fault.termAfter()));
    }
  }

  private static long during(FaultRecord fault, List<Operation> asked) {
    return new HistorySummary(asked)
        .underWayBetween(fault.startNanos(), fault.endNanos())
        .operations()
        .size();
  }

  private static RunFailedException tooWeak(String why) {
    return new RunFailedException(Kind.TOO_WEAK, why);
  }
}
