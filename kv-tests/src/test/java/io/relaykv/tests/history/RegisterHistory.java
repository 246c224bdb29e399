package io.relaykv.tests.history;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What there is to explain on one key. Left out are operations that certainly failed, and gets
 * without an answer: they changed nothing and say nothing.
 *
 * <p>A write whose outcome is unknown may take effect at any time after its call, or never. In the
 * search each of them would double what there is to try, so most are got rid of, which is right
 * because no two puts have the same value:
 *
 * <ul>
 *   <li>a put that nobody read can always come last: it is left out;
 *   <li>a put that was read has taken effect before the first get that read it returned;
 *   <li>deletes are needed only by gets that find nothing, and one is as good as another, except
 *       that one that was called earlier can do all that a later one can: they are used in that
 *       order.
 * </ul>
 *
 * @param steps what has to be explained, by time of call; in a raw history also what may be used
 * @param spareDeletes deletes of unknown outcome, by time of call, of which the search may use any
 *     number; empty in a raw history
 * @param impossibleRead a get that no order explains, whatever else happened
 */
record RegisterHistory(
    List<Step> steps, List<Operation> spareDeletes, Optional<ImpossibleRead> impossibleRead) {

  /**
   * An operation to be given a moment after {@code call()} and before {@code returned}.
   *
   * @param required false if it may also never have taken effect
   */
  record Step(Operation operation, long returned, boolean required) {
    static Step of(Operation operation) {
      return new Step(operation, operation.returned(), true);
    }

    long call() {
      return operation.call();
    }
  }

  /**
   * A get that returned what it cannot have.
   *
   * @param put who wrote that value, if anybody did
   */
  record ImpossibleRead(Operation get, Optional<Operation> put, String why) {}

  private static final Comparator<Operation> BY_CALL = Comparator.comparingLong(Operation::call);

  /** Without what follows from no two puts having the same value. */
  static RegisterHistory raw(List<Operation> ofKey) {
    List<Step> steps =
        relevant(ofKey)
            .map(op -> op.isUnknown() ? new Step(op, Long.MAX_VALUE, false) : Step.of(op))
            .toList();
    return new RegisterHistory(steps, List.of(), Optional.empty());
  }

  /** With only as much to search as is needed. */
  static RegisterHistory reduced(List<Operation> ofKey) {
    Map<String, Operation> puts =
        ofKey.stream()
            .filter(operation -> operation.op() == OpKind.PUT)
            .collect(toMap(Operation::value, Function.identity()));
    Map<String, Long> firstRead = new HashMap<>();
    for (Operation get : ofKey) {
      if (get.op() == OpKind.GET && get.value() != null) {
        Optional<ImpossibleRead> impossible = impossible(get, puts);
        if (impossible.isPresent()) {
          return new RegisterHistory(List.of(), List.of(), impossible);
        }
        firstRead.merge(get.value(), get.returned(), Math::min);
      }
    }
    List<Step> steps = new ArrayList<>();
    List<Operation> spareDeletes = new ArrayList<>();
    relevant(ofKey)
        .forEach(
            operation -> {
              if (!operation.isUnknown()) {
                steps.add(Step.of(operation));
              } else if (operation.op() == OpKind.DELETE) {
                spareDeletes.add(operation);
              } else if (firstRead.containsKey(operation.value())) {
                steps.add(new Step(operation, firstRead.get(operation.value()), true));
              }
            });
    return new RegisterHistory(steps, spareDeletes, Optional.empty());
  }

  /** What has to be explained. */
  List<Operation> operations() {
    return steps.stream().map(Step::operation).toList();
  }

  private static Stream<Operation> relevant(List<Operation> ofKey) {
    return ofKey.stream()
        .filter(
            operation -> operation.isOk() || (operation.isUnknown() && operation.op().isWrite()))
        .sorted(BY_CALL);
  }

  private static Optional<ImpossibleRead> impossible(Operation get, Map<String, Operation> puts) {
    Operation put = puts.get(get.value());
    if (put == null) {
      return Optional.of(
          new ImpossibleRead(
              get, Optional.empty(), "a value was read that nobody has put under this key"));
    }
    if (put.outcome() == Outcome.FAIL) {
      return Optional.of(
          new ImpossibleRead(
              get,
              Optional.of(put),
              "a value was read whose put was reported as certainly failed"));
    }
    if (get.returned() < put.call()) {
      return Optional.of(
          new ImpossibleRead(get, Optional.of(put), "a value was read before its put began"));
    }
    return Optional.empty();
  }
}
