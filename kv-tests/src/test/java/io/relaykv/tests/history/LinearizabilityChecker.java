package io.relaykv.tests.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a history is linearizable (Herlihy and Wing, 1990): whether each operation can
 * be given one moment between its call and its return so that, in the order of these moments, every
 * get returns what the last put or delete of its key left.
 *
 * <p>The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993), which
 * does not come twice to the same place (Lowe, "Testing for linearizability", 2017). Each key is
 * searched for itself, since a history is linearizable if each of its keys is (Horn and Kroening,
 * "Faster linearizability checking via P-compositionality", 2015).
 *
 * <p>{@link RegisterHistory} says what becomes of operations whose outcome is unknown.
 */
public final class LinearizabilityChecker {
  /** On each key. Each step keeps about 100 bytes while its key is searched. */
  public static final long DEFAULT_STEPS = 2_000_000;

  private static final long STEPS_TO_EXPLAIN = 200_000;

  private final long maxSteps;
  private final boolean raw;

  /** One that gives up on a key after {@link #DEFAULT_STEPS}. */
  public LinearizabilityChecker() {
    this(DEFAULT_STEPS);
  }

  /**
   * One that gives up on a key after {@code maxSteps}. Steps are counted rather than time, so that
   * a history gets the same verdict on every machine.
   */
  public LinearizabilityChecker(long maxSteps) {
    this(maxSteps, false);
  }

  private LinearizabilityChecker(long maxSteps, boolean raw) {
    this.maxSteps = maxSteps;
    this.raw = raw;
  }

  /** One that takes no short cuts, to check those that others take. It is slow. */
  static LinearizabilityChecker raw(long maxSteps) {
    return new LinearizabilityChecker(maxSteps, true);
  }

  /**
   * Checks a history.
   *
   * @param history in any order
   * @return the first key that has a violation, if there is one; else the first that is undecided
   */
  public Verdict check(List<Operation> history) {
    Optional<String> broken = HistoryRules.broken(history);
    if (broken.isPresent()) {
      return new Verdict.BadInput(broken.get());
    }
    long start = history.stream().mapToLong(Operation::call).min().orElseThrow();
    Collection<List<Operation>> keys = byKey(history);
    Verdict.@Nullable Undecided undecided = null;
    long steps = 0;
    for (List<Operation> ofKey : keys) {
      RegisterHistory register = raw ? RegisterHistory.raw(ofKey) : RegisterHistory.reduced(ofKey);
      if (register.impossibleRead().isPresent()) {
        return violation(ofKey, Explanation.of(register.impossibleRead().get(), start));
      }
      RegisterSearch search = new RegisterSearch(register, maxSteps, !raw);
      RegisterSearch.Result result = search.run();
      steps += search.steps();
      if (result == RegisterSearch.Result.NO_ORDER) {
        return violation(
            ofKey, Explanation.of(longestOrder(register), register.operations(), start));
      }
      if (result == RegisterSearch.Result.GIVEN_UP && undecided == null) {
        Operation any = ofKey.get(0);
        undecided = new Verdict.Undecided(any.account(), any.key(), search.steps());
      }
    }
    return undecided != null
        ? undecided
        : new Verdict.Linearizable(history.size(), keys.size(), steps);
  }

  /** Short cuts do not lead to the last place at which anything can be explained. */
  private static RegisterSearch.Attempt longestOrder(RegisterHistory register) {
    RegisterSearch search = new RegisterSearch(register, STEPS_TO_EXPLAIN, false);
    search.run();
    return search.best();
  }

  private static Verdict violation(List<Operation> ofKey, String explanation) {
    Operation any = ofKey.get(0);
    return new Verdict.Violation(any.account(), any.key(), explanation);
  }

  private static Collection<List<Operation>> byKey(List<Operation> history) {
    record Register(@Nullable String account, String key) {}
    Map<Register, List<Operation>> keys = new LinkedHashMap<>();
    for (Operation operation : history) {
      keys.computeIfAbsent(
              new Register(operation.account(), operation.key()), register -> new ArrayList<>())
          .add(operation);
    }
    return keys.values();
  }
}
