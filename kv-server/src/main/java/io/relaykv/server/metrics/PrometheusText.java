package io.relaykv.server.metrics;

import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a registry in the text format of Prometheus. Thread-safe.
 *
 * <p>Not with the library's {@code DropwizardExports}: it makes one family of each metric, and
 * refuses two of the same name, which labels are for.
 */
public final class PrometheusText {
  /** The media type of what is written. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final MetricRegistry registry;
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  /** A writer of all metrics that are in {@code registry} when it writes. */
  public PrometheusText(MetricRegistry registry) {
    this.registry = registry;
  }

  /**
   * Writes the present values and does not close the stream. A metric that fails or is no number is
   * left out.
   *
   * @throws IOException if the stream fails
   */
  public void writeTo(OutputStream out) throws IOException {
    writer.write(out, snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
  }

  private MetricSnapshots snapshots() {
    Map<String, Family> families = new TreeMap<>();
    // Sorted, so that of two metrics with one name it is always the same that is written.
    for (Map.Entry<String, Metric> entry : new TreeMap<>(registry.getMetrics()).entrySet()) {
      SeriesName series = SeriesName.of(entry.getKey());
      families.computeIfAbsent(series.name(), Family::new).add(series.labels(), entry.getValue());
    }
    return new MetricSnapshots(
        families.values().stream().flatMap(family -> family.snapshot().stream()).toList());
  }
}
