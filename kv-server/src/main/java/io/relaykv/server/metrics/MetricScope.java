package io.relaykv.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one node: each is in the registry, labelled with the node, until this is closed.
 * Whoever asks twice for the same counter gets the same one. Thread-safe.
 *
 * <p>Names are as in {@link MetricCatalogue}, without {@code _total} and {@code _info}; labels are
 * pairs of name and value.
 */
public final class MetricScope implements AutoCloseable {
  private final MetricRegistry registry;
  private final String nodeId;
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  /** The metrics of {@code nodeId} in {@code registry}. */
  public MetricScope(MetricRegistry registry, String nodeId) {
    this.registry = registry;
    this.nodeId = nodeId;
  }

  /** A counter, 0 if it is new. */
  public Counter counter(String name, String... labels) {
    return registry.counter(own(name, labels));
  }

  /** A present value, asked for whenever somebody reads it; left out when null. */
  public void gauge(String name, Gauge<@Nullable Number> value, String... labels) {
    replace(own(name, labels), value);
  }

  /** A condition, as 0 or 1. */
  public void flag(String name, Gauge<Boolean> value, String... labels) {
    replace(own(name, labels), value);
  }

  /** A count that is kept elsewhere, asked for whenever somebody reads it. */
  public void count(String name, OutsideCount value, String... labels) {
    replace(own(name, labels), value);
  }

  /** Something that stands in the labels. */
  public void fact(String name, String... labels) {
    replace(own(name, labels), new Fact());
  }

  /** How long something takes. */
  public Durations durations(String name, String... labels) {
    return replace(own(name, labels), new Durations());
  }

  /**
   * How large something is.
   *
   * @param highest larger ones count as that
   */
  public Sizes sizes(String name, long highest, String... labels) {
    return replace(own(name, labels), new Sizes(highest));
  }

  /** Takes a metric away. */
  public void remove(String name, String... labels) {
    String full = own(name, labels);
    made.remove(full);
    registry.remove(full);
  }

  private String own(String name, String... labels) {
    String full = SeriesName.registryName(name, nodeId, labels);
    made.add(full);
    return full;
  }

  private <T extends Metric> T replace(String full, T metric) {
    registry.remove(full);
    return registry.register(full, metric);
  }

  /** Takes all of them away. */
  @Override
  public void close() {
    made.forEach(registry::remove);
    made.clear();
  }
}
