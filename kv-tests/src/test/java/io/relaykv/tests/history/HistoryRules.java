package io.relaykv.tests.history;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of a history that are about more than one operation; without them nothing follows. */
final class HistoryRules {
  private HistoryRules() {}

  /** What is wrong with it, if anything. */
  static Optional<String> broken(List<Operation> history) {
    if (history.isEmpty()) {
      return Optional.of("no operations: what did nothing has done nothing wrong");
    }
    return sameValueTwice(history).or(() -> impossibleClient(history));
  }

  private static Optional<String> sameValueTwice(List<Operation> history) {
    Map<String, Operation> puts = new HashMap<>();
    for (Operation put : history) {
      if (put.op() == OpKind.PUT) {
        Operation other = puts.put(put.value(), put);
        if (other != null) {
          return Optional.of(
              "two puts of the value %s, by client %d and client %d"
                  .formatted(put.value(), other.client(), put.client()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> impossibleClient(List<Operation> history) {
    Map<Integer, Operation> previous = new HashMap<>();
    for (Operation next : history.stream().sorted(Comparator.comparing(Operation::call)).toList()) {
      Operation before = previous.put(next.client(), next);
      if (before == null) {
        continue;
      }
      if (next.call() < before.returned()) {
        return Optional.of(
            "client %d has two operations in flight: a %s of %s and a %s of %s"
                .formatted(next.client(), before.op(), before.key(), next.op(), next.key()));
      }
      if (before.op().isWrite() && before.isUnknown()) {
        return Optional.of(
            "client %d goes on after a %s of %s whose outcome is unknown, and which may still be in flight"
                .formatted(next.client(), before.op(), before.key()));
      }
    }
    return Optional.empty();
  }
}
