package io.relaykv.tests.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tries all orders of a few operations on one key: the definition, and nothing else. */
final class BruteForce {
  private BruteForce() {}

  static boolean isLinearizable(List<Operation> history) {
    List<Operation> relevant =
        history.stream()
            .filter(op -> op.outcome() != Outcome.FAIL)
            .filter(op -> op.op() != OpKind.GET || op.isOk())
            .toList();
    return canFollow(relevant, null);
  }

  private static boolean canFollow(List<Operation> left, @Nullable String held) {
    if (left.stream().noneMatch(Operation::isOk)) {
      return true;
    }
    for (Operation next : left) {
      boolean isGet = next.op() == OpKind.GET;
      boolean fits = !isGet || Objects.equals(next.value(), held);
      if (fits && left.stream().noneMatch(other -> isOver(other, next))) {
        List<Operation> others = new ArrayList<>(left);
        others.remove(next);
        if (canFollow(others, isGet ? held : next.value())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isOver(Operation other, Operation next) {
    return other.isOk() && other.returned() < next.call();
  }
}
