package io.relaykv.shell.command.bench;

import io.relaykv.shell.bench.Failures;
import io.relaykv.shell.bench.Latencies;
import io.relaykv.shell.bench.Load;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.bench.Operation;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Output;
import io.relaykv.shell.output.OutputFormat;
import io.relaykv.shell.output.Quantities;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a bench measured, as a table and as JSON. */
final class BenchView {
  private final Load load;
  private final Measurement measurement;

  BenchView(Load load, Measurement measurement) {
    this.load = load;
    this.measurement = measurement;
  }

  void print(Output output, OutputFormat format) {
    switch (format) {
      case PLAIN -> {
        output.line(sentence());
        LatencyTable.of(measurement).print(output);
        measurement.failures().forEach(failures -> output.line(line(failures)));
      }
      case TABLE -> LatencyTable.of(measurement).print(output);
      case JSON, JSONL -> output.line(document());
    }
    output.flush();
  }

  /** What was done. */
  private String sentence() {
    return "%s; %,d %s, %s; values of %s, %,d keys (%s); measured for %.1f s"
        .formatted(
            work(),
            load.clients(),
            load.clients() == 1 ? "client" : "clients",
            load.rate().isPresent()
                ? "%,.0f operations begun a second".formatted(load.rate().getAsDouble())
                : "%,d operations of each at a time".formatted(load.outstanding()),
            Quantities.bytes(load.valueBytes()),
            load.keys(),
            load.distribution(),
            seconds(measurement.over()));
  }

  private String work() {
    if (load.getShare() == 0) {
      return "puts";
    }
    return load.getShare() == 1
        ? "gets"
        : String.format(Locale.ROOT, "puts and %.0f %% gets", 100 * load.getShare());
  }

  private static String line(Failures failures) {
    return "%,d failed: %s, for instance: %s"
        .formatted(failures.count(), failures.kind().words(), failures.example());
  }

  private String document() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("getRatio", JsonText.number(load.getShare()));
    members.put("clients", Integer.toString(load.clients()));
    members.put("outstanding", Integer.toString(load.outstanding()));
    members.put("valueBytes", Integer.toString(load.valueBytes()));
    members.put("keys", Integer.toString(load.keys()));
    members.put("keyDistribution", JsonText.string(load.distribution().toString()));
    members.put(
        "rate", load.rate().isPresent() ? JsonText.number(load.rate().getAsDouble()) : "null");
    members.put("seconds", JsonText.number(seconds(measurement.over())));
    Map<String, String> operations = new LinkedHashMap<>();
    for (Map.Entry<Operation, Latencies> one : measurement.operations().entrySet()) {
      operations.put(one.getKey().toString(), LatenciesJson.object(measurement, one.getValue()));
    }
    operations.put("all", LatenciesJson.object(measurement, measurement.all()));
    members.put("operations", JsonText.object(operations));
    members.put(
        "failures", JsonText.array(measurement.failures().stream().map(this::object).toList()));
    return JsonText.object(members);
  }

  private String object(Failures failures) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("kind", JsonText.string(failures.kind().words()));
    members.put("count", Long.toString(failures.count()));
    members.put("example", JsonText.string(failures.example()));
    return JsonText.object(members);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
