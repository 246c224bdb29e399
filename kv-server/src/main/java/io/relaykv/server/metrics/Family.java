package io.relaykv.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics of one Prometheus name. Two with the same labels, or of different types, would spoil
 * the whole page: the later one is left out, and gauges before summaries before counters.
 */
final class Family {
  private static final Logger LOG = LoggerFactory.getLogger(Family.class);
  private static final double SECONDS_PER_NANO = 1.0 / TimeUnit.SECONDS.toNanos(1);
  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.99, 0.999};

  private final String name;
  private final Set<Labels> seen = new HashSet<>();
  private final List<CounterDataPointSnapshot> counters = new ArrayList<>();
  private final List<SummaryDataPointSnapshot> summaries = new ArrayList<>();
  private final List<GaugeDataPointSnapshot> gauges = new ArrayList<>();
  private final List<InfoDataPointSnapshot> facts = new ArrayList<>();

  Family(String name) {
    this.name = name;
  }

  void add(Labels labels, Metric metric) {
    if (!seen.add(labels)) {
      return;
    }
    try {
      if (metric instanceof Timer timer) {
        SummaryDataPointSnapshot.Builder summary =
            summary(labels, timer.getCount(), timer.getSnapshot(), SECONDS_PER_NANO);
        if (timer instanceof Durations durations) {
          summary.sum((double) durations.totalNanos() * SECONDS_PER_NANO);
        }
        summaries.add(summary.build());
      } else if (metric instanceof Histogram histogram) {
        SummaryDataPointSnapshot.Builder summary =
            summary(labels, histogram.getCount(), histogram.getSnapshot(), 1);
        if (histogram instanceof Sizes sizes) {
          summary.sum((double) sizes.total());
        }
        summaries.add(summary.build());
      } else if (metric instanceof Counter || metric instanceof Meter) {
        counters.add(counter(labels, (double) ((Counting) metric).getCount()));
      } else if (metric instanceof OutsideCount count) {
        number(count.getValue()).ifPresent(value -> counters.add(counter(labels, value)));
      } else if (metric instanceof Fact) {
        facts.add(InfoDataPointSnapshot.builder().labels(labels).build());
      } else if (metric instanceof Gauge<?> gauge) {
        number(gauge.getValue()).ifPresent(value -> gauges.add(gauge(labels, value)));
      }
    } catch (RuntimeException e) {
      // A gauge reads a component that may be closing, and one metric must not cost all others.
      LOG.debug("no value of {}{}", name, labels, e);
    }
  }

  /** The family as it is written, or nothing if none of its metrics has a value. */
  Optional<MetricSnapshot> snapshot() {
    if (!counters.isEmpty()) {
      return Optional.of(new CounterSnapshot(metadata("_total", "A count."), counters));
    }
    if (!summaries.isEmpty()) {
      return Optional.of(
          new SummarySnapshot(metadata("", "A distribution; of times, in seconds."), summaries));
    }
    if (!gauges.isEmpty()) {
      return Optional.of(new GaugeSnapshot(metadata("", "A present value."), gauges));
    }
    if (!facts.isEmpty()) {
      return Optional.of(new InfoSnapshot(metadata("_info", "A fact."), facts));
    }
    return Optional.empty();
  }

  /**
   * @param suffix what the format adds to the name
   * @param otherwise the help of what is not in the catalogue
   */
  private MetricMetadata metadata(String suffix, String otherwise) {
    return new MetricMetadata(
        name,
        MetricCatalogue.find(name + suffix).map(MetricCatalogue.Entry::help).orElse(otherwise));
  }

  private static CounterDataPointSnapshot counter(Labels labels, double value) {
    return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static GaugeDataPointSnapshot gauge(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static SummaryDataPointSnapshot.Builder summary(
      Labels labels, long count, Snapshot values, double factor) {
    Quantiles.Builder quantiles = Quantiles.builder();
    for (double quantile : QUANTILES) {
      // Of nothing there is no percentile; 0 would look very fast.
      double value = values.size() == 0 ? Double.NaN : values.getValue(quantile) * factor;
      quantiles.quantile(quantile, value);
    }
    return SummaryDataPointSnapshot.builder()
        .labels(labels)
        .quantiles(quantiles.build())
        .count(count);
  }

  private static Optional<Double> number(@Nullable Object value) {
    if (value instanceof Number number) {
      return Optional.of(number.doubleValue());
    }
    return value instanceof Boolean truth ? Optional.of(truth ? 1.0 : 0.0) : Optional.empty();
  }
}
