package io.relaykv.tests.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a soak has come to so far. */
final class SoakSummary {
  private final long endNanos;
  private final Map<String, Integer> faults = new TreeMap<>();
  private final List<RunFailedException> failures = new ArrayList<>();
  private int runs;
  private long operations;
  private long ok;
  private long unknown;
  private long ledger;
  private Duration longestOutage = Duration.ZERO;

  SoakSummary(Duration length) {
    endNanos = System.nanoTime() + length.toNanos();
  }

  boolean hasTimeLeft() {
    return System.nanoTime() < endNanos;
  }

  void add(RunReport report) {
    runs++;
    operations += report.operations();
    ok += report.ok();
    unknown += report.unknown();
    ledger += report.ledger();
    report.faults().forEach(fault -> faults.merge(fault.kind(), 1, Integer::sum));
    if (report.longestOutage().compareTo(longestOutage) > 0) {
      longestOutage = report.longestOutage();
    }
  }

  void add(RunFailedException failure) {
    runs++;
    failures.add(failure);
    System.out.println(failure.getMessage());
  }

  List<RunFailedException> failures() {
    return List.copyOf(failures);
  }

  private long failed(RunFailedException.Kind kind) {
    return failures.stream().filter(failure -> failure.kind() == kind).count();
  }

  /** One line. */
  String progress() {
    return String.format(
        Locale.ROOT,
        "  %,d runs, %,d operations, %,d faults, %d failed runs; %d min left",
        runs,
        operations,
        count(),
        failures.size(),
        Math.max(0, Duration.ofNanos(endNanos - System.nanoTime()).toMinutes()));
  }

  private int count() {
    return faults.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** All of it. */
  String table() {
    StringBuilder table = new StringBuilder("Soak\n");
    row(table, "runs", runs);
    row(table, "operations", operations);
    row(table, "  acknowledged or read", ok);
    row(table, "  of unknown outcome", unknown);
    row(table, "ledger entries, all read back at each node", ledger);
    row(table, "longest time to serve after a fault, ms", longestOutage.toMillis());
    for (RunFailedException.Kind kind : RunFailedException.Kind.values()) {
      row(table, "runs that failed: " + kind, failed(kind));
    }
    row(table, "faults", count());
    faults.forEach((kind, times) -> row(table, "  " + kind, times));
    return table.toString();
  }

  private static void row(StringBuilder table, String name, long value) {
    table.append(String.format(Locale.ROOT, "%-45s %,12d%n", name, value));
  }
}
