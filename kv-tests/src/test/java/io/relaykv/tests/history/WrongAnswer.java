package io.relaykv.tests.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one get of a good history can have returned instead so that nothing explains it. */
enum WrongAnswer {
  STALE_READ {
    @Override
    Stream<String> to(Operation get, List<Operation> sameKey) {
      return acknowledged(OpKind.PUT, sameKey)
          .filter(
              put ->
                  acknowledged(OpKind.PUT, sameKey)
                      .anyMatch(newer -> isOver(put, newer) && isOver(newer, get)))
          .map(Operation::value);
    }
  },
  LOST_PUT {
    @Override
    Stream<@Nullable String> to(Operation get, List<Operation> sameKey) {
      return acknowledged(OpKind.PUT, sameKey)
          .filter(put -> isOver(put, get))
          .filter(put -> sameKey.stream().noneMatch(op -> isDeleteBetween(put, op, get)))
          .map(put -> null);
    }

    private static boolean isDeleteBetween(Operation put, Operation op, Operation get) {
      boolean isBefore = op.isOk() && isOver(op, put);
      return op.op() == OpKind.DELETE && !isBefore && !isOver(get, op);
    }
  },
  PHANTOM_VALUE {
    @Override
    Stream<String> to(Operation get, List<Operation> sameKey) {
      return Stream.of("phantom");
    }
  },
  FAILED_PUT {
    @Override
    Stream<String> to(Operation get, List<Operation> sameKey) {
      return sameKey.stream()
          .filter(op -> op.op() == OpKind.PUT && op.outcome() == Outcome.FAIL)
          .map(Operation::value);
    }
  },
  VALUE_FROM_THE_FUTURE {
    @Override
    Stream<String> to(Operation get, List<Operation> sameKey) {
      return sameKey.stream()
          .filter(op -> op.op() == OpKind.PUT && isOver(get, op))
          .map(Operation::value);
    }
  },
  DELETED_VALUE {
    @Override
    Stream<String> to(Operation get, List<Operation> sameKey) {
      return acknowledged(OpKind.DELETE, sameKey)
          .filter(delete -> isOver(delete, get))
          .flatMap(
              delete ->
                  acknowledged(OpKind.PUT, sameKey)
                      .filter(put -> isOver(put, delete))
                      .map(Operation::value));
    }
  };

  abstract Stream<@Nullable String> to(Operation get, List<Operation> sameKey);

  /** Gives this answer to one get, any of those that it is wrong for. */
  List<Operation> injectedInto(List<Operation> history, Random random) {
    List<Operation> gets = new ArrayList<>(acknowledged(OpKind.GET, history).toList());
    while (true) {
      Operation get = gets.remove(random.nextInt(gets.size()));
      List<Operation> sameKey = history.stream().filter(op -> op.key().equals(get.key())).toList();
      List<Operation> wrong = to(get, sameKey).map(answer -> Ops.reading(answer, get)).toList();
      if (!wrong.isEmpty()) {
        Operation chosen = wrong.get(random.nextInt(wrong.size()));
        return history.stream().map(op -> op.equals(get) ? chosen : op).toList();
      }
    }
  }

  private static Stream<Operation> acknowledged(OpKind op, List<Operation> history) {
    return history.stream().filter(operation -> operation.op() == op && operation.isOk());
  }

  private static boolean isOver(Operation first, Operation second) {
    return first.returned() < second.call();
  }
}
