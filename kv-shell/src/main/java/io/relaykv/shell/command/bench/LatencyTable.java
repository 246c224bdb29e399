package io.relaykv.shell.command.bench;

import io.relaykv.shell.bench.Latencies;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.output.Quantities;
import io.relaykv.shell.output.Table;
import java.util.List;
import java.util.Locale;

/** Measured times as a table: a row for each kind of operation. */
final class LatencyTable {
  private LatencyTable() {}

  static Table of(Measurement measurement) {
    Table table = new Table("", "OPS/S", "P50", "P90", "P99", "P99.9", "MAX", "COUNT");
    measurement
        .operations()
        .forEach(
            (operation, latencies) ->
                table.add(cells(operation.toString(), measurement, latencies)));
    if (measurement.operations().size() != 1) {
      table.add(cells("all", measurement, measurement.all()));
    }
    return table;
  }

  private static List<String> cells(String name, Measurement measurement, Latencies latencies) {
    return List.of(
        name,
        String.format(Locale.ROOT, "%,.0f", measurement.perSecond(latencies)),
        Quantities.millis(latencies.p50()),
        Quantities.millis(latencies.p90()),
        Quantities.millis(latencies.p99()),
        Quantities.millis(latencies.p999()),
        Quantities.millis(latencies.max()),
        String.format(Locale.ROOT, "%,d", latencies.count()));
  }
}
