package io.relaykv.tests.history;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Counts of a history, or of a part of it: {@code summary.at("n1").calledBetween(from,
 * to).count(OpKind.GET, Outcome.OK)}.
 *
 * @param operations what is counted
 */
public record HistorySummary(List<Operation> operations) {
  public HistorySummary {
    operations = List.copyOf(operations);
  }

  /** The part that fits. */
  public HistorySummary only(Predicate<Operation> wanted) {
    return new HistorySummary(operations.stream().filter(wanted).toList());
  }

  /** What was asked of that node by clients that ask no other. */
  public HistorySummary at(String node) {
    return only(operation -> node.equals(operation.node()));
  }

  /** What began at {@code fromNanos} or later and before {@code toNanos}, both of nanoTime. */
  public HistorySummary calledBetween(long fromNanos, long toNanos) {
    return only(operation -> operation.call() >= fromNanos && operation.call() < toNanos);
  }

  /** What began before {@code toNanos} and ended after {@code fromNanos}, both of nanoTime. */
  public HistorySummary underWayBetween(long fromNanos, long toNanos) {
    return only(operation -> operation.call() < toNanos && operation.returned() > fromNanos);
  }

  /** How many fit. */
  public long count(Predicate<Operation> wanted) {
    return operations.stream().filter(wanted).count();
  }

  /** How many are of this kind and ended like this. */
  public long count(OpKind op, Outcome outcome) {
    return count(operation -> operation.op() == op && operation.outcome() == outcome);
  }

  /** How many ended like this. */
  public long count(Outcome outcome) {
    return count(operation -> operation.outcome() == outcome);
  }

  /** How many gets found something. */
  public long readsOfValues() {
    return count(operation -> operation.op() == OpKind.GET && operation.value() != null);
  }

  /** One line: {@code put: 40 ok, 1 fail, 2 unknown; get: ...}. */
  @Override
  public String toString() {
    return Arrays.stream(OpKind.values()).map(this::line).collect(Collectors.joining("; "));
  }

  private String line(OpKind op) {
    return Arrays.stream(Outcome.values())
        .map(outcome -> count(op, outcome) + " " + outcome)
        .collect(Collectors.joining(", ", op + ": ", ""));
  }
}
