package io.relaykv.tests.history;

import io.relaykv.tests.history.RegisterHistory.ImpossibleRead;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Why a key has a violation, in a few lines that a person can follow. Times count from the first
 * call.
 */
final class Explanation {
  private static final int SHOWN = 8;
  private static final int LONGEST_VALUE = 40;
  private static final String ROW = "%n    %6s  %-6s  %-20s  %12s  %12s  %-7s  %s";

  private final long start;

  private Explanation(long start) {
    this.start = start;
  }

  static String of(ImpossibleRead read, long start) {
    Explanation explanation = new Explanation(start);
    return explanation.part(read.why(), List.of(read.get()))
        + explanation.part("its put", read.put().stream().toList());
  }

  /**
   * The longest order that was found, and what follows it nowhere.
   *
   * @param operations all that had to be ordered
   */
  static String of(RegisterSearch.Attempt longest, List<Operation> operations, long start) {
    Explanation explanation = new Explanation(start);
    int hidden = Math.max(0, longest.order().size() - SHOWN);
    List<Operation> last = longest.order().subList(hidden, longest.order().size());
    List<Operation> puts =
        operations.stream()
            .filter(put -> put.op() == OpKind.PUT && !last.contains(put))
            .filter(
                put -> longest.stuck().stream().anyMatch(get -> put.value().equals(get.value())))
            .toList();
    return explanation.part(
            "the longest order found has %d of %d operations; its end"
                .formatted(longest.order().size(), operations.size()),
            last)
        + explanation.part(
            "one of these has to follow, and none does, here or earlier", longest.stuck())
        + explanation.part("what they read was put by", puts);
  }

  private String part(String title, List<Operation> operations) {
    if (operations.isEmpty()) {
      return "";
    }
    return "%n  %s:".formatted(title)
        + ROW.formatted("client", "op", "value", "call ms", "return ms", "outcome", "node")
        + operations.stream().map(this::row).collect(Collectors.joining());
  }

  private String row(Operation operation) {
    return ROW.formatted(
        operation.client(),
        operation.op(),
        value(operation),
        ms(operation.call()),
        ms(operation.returned()),
        operation.outcome(),
        operation.node() == null ? "any" : operation.node());
  }

  private static String value(Operation operation) {
    String value = operation.value();
    if (value == null) {
      return operation.op() == OpKind.GET ? "(missing)" : "";
    }
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
  }

  private String ms(long nanos) {
    return String.format(Locale.ROOT, "%.3f", (nanos - start) / 1e6);
  }
}
