package io.relaykv.testkit.node;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often each kind of fault has struck this node. Thread-safe. */
public final class FaultCounters {
  /** What is counted. */
  public enum Kind {
    /** A message between nodes over a link that was cut. */
    CUT_MESSAGE,
    /** A message between nodes that came later. */
    DELAYED_MESSAGE,
    /** A packet that had to be sent again. */
    LOST_PACKET,
    /** A call of a client that was refused or broken off. */
    REFUSED_CLIENT_CALL,
    /** A write to the Raft log that failed. */
    FAILED_WRITE,
    /** An fsync of the Raft log that failed. */
    FAILED_FSYNC,
    /** An fsync of the Raft log that took longer. */
    DELAYED_FSYNC,
    /** An fsync of the Raft log that was left out. */
    SKIPPED_FSYNC,
    /** A look at the wall clock that showed another time. */
    SHIFTED_CLOCK_READ
  }

  private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);
  private volatile Runnable report = () -> {};

  /** Makes counters that stand at zero. */
  public FaultCounters() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  /** Has {@code action} called when something has been counted that may be the node's end. */
  void onReport(Runnable action) {
    report = action;
  }

  void add(Kind kind) {
    add(kind, 1);
  }

  void add(Kind kind, long times) {
    Objects.requireNonNull(counts.get(kind)).add(times);
  }

  void addAndReport(Kind kind) {
    add(kind);
    report.run();
  }

  /** How often each has struck so far. */
  public Map<Kind, Long> values() {
    Map<Kind, Long> values = new EnumMap<>(Kind.class);
    counts.forEach((kind, count) -> values.put(kind, count.sum()));
    return values;
  }

  /** {@code KIND=COUNT KIND=COUNT ...}. */
  String toText() {
    return values().entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /** What {@link #values} has been when {@code text} was made of it. */
  public static Map<Kind, Long> parse(String text) {
    Map<Kind, Long> values = new EnumMap<>(Kind.class);
    for (String count : text.split(" ", -1)) {
      int sign = count.indexOf('=');
      values.put(Kind.valueOf(count.substring(0, sign)), Long.parseLong(count.substring(sign + 1)));
    }
    return values;
  }
}
