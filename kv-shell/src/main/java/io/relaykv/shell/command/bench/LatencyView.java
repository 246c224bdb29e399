package io.relaykv.shell.command.bench;

import io.relaykv.shell.bench.Latencies;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Quantities;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a latency probe measured, in one line. */
final class LatencyView {
  private final Measurement measurement;

  LatencyView(Measurement measurement) {
    this.measurement = measurement;
  }

  void print(Output output, OutputFormat format) {
    switch (format) {
      case PLAIN -> output.line(line());
      case JSON, JSONL -> output.line(document());
      case TABLE -> LatencyTable.of(measurement).print(output);
    }
    output.flush();
  }

  private String line() {
    return measurement.operations().entrySet().stream()
        .map(one -> one.getKey() + " " + times(one.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String times(Latencies latencies) {
    return "p50 %s, p99 %s, max %s"
        .formatted(
            Quantities.millis(latencies.p50()),
            Quantities.millis(latencies.p99()),
            Quantities.millis(latencies.max()));
  }

  private String document() {
    Map<String, String> members = new LinkedHashMap<>();
    measurement
        .operations()
        .forEach(
            (operation, latencies) ->
                members.put(operation.toString(), LatenciesJson.object(measurement, latencies)));
    return JsonText.object(members);
  }
}
