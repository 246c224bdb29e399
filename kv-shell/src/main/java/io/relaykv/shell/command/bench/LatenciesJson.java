package io.relaykv.shell.command.bench;

import io.relaykv.shell.bench.Latencies;
import io.relaykv.shell.bench.Measurement;
import io.relaykv.shell.output.JsonText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measured times as JSON. */
final class LatenciesJson {
  private LatenciesJson() {}

  /** Of operations of one kind, or of all. */
  static String object(Measurement measurement, Latencies latencies) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("count", Long.toString(latencies.count()));
    members.put("perSecond", JsonText.number(measurement.perSecond(latencies)));
    members.put("p50Micros", micros(latencies.p50()));
    members.put("p90Micros", micros(latencies.p90()));
    members.put("p99Micros", micros(latencies.p99()));
    members.put("p999Micros", micros(latencies.p999()));
    members.put("maxMicros", micros(latencies.max()));
    return JsonText.object(members);
  }

  private static String micros(Duration duration) {
    return JsonText.number(duration.toNanos() / 1e3);
  }
}
