package io.relaykv.server.metrics;

import com.codahale.metrics.MetricRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.util.TimeDuration;

/**
 * Puts the metrics of Ratis into {@link NodeMetrics#registry()}; Ratis finds it as a service.
 *
 * <p>Reporters read that registry, so those that Ratis would attach to its own are not supported.
 * Thread-safe.
 */
public final class RatisMetricRegistries extends MetricRegistries {
  private final MetricRegistry target;
  private final Map<MetricRegistryInfo, Counted> registries = new HashMap<>();

  /** How many times a registry was created and not yet removed. */
  private record Counted(RatisMetrics metrics, int references) {}

  /** For the service loader. */
  public RatisMetricRegistries() {
    this(NodeMetrics.registry());
  }

  RatisMetricRegistries(MetricRegistry target) {
    this.target = target;
  }

  @Override
  public synchronized RatisMetricRegistry create(MetricRegistryInfo info) {
    Counted present = registries.get(info);
    Counted counted =
        present == null
            ? new Counted(new RatisMetrics(info, target), 1)
            : new Counted(present.metrics, present.references + 1);
    registries.put(info, counted);
    return counted.metrics;
  }

  @Override
  public synchronized boolean remove(MetricRegistryInfo info) {
    Counted present = registries.get(info);
    if (present == null) {
      return false;
    }
    if (present.references > 1) {
      registries.put(info, new Counted(present.metrics, present.references - 1));
      return false;
    }
    registries.remove(info);
    present.metrics.close();
    return true;
  }

  @Override
  public synchronized void clear() {
    registries.values().forEach(counted -> counted.metrics.close());
    registries.clear();
  }

  @Override
  public synchronized Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
    return Optional.ofNullable(registries.get(info)).map(Counted::metrics);
  }

  @Override
  public synchronized Set<MetricRegistryInfo> getMetricRegistryInfos() {
    return Set.copyOf(registries.keySet());
  }

  @Override
  public synchronized Collection<RatisMetricRegistry> getMetricRegistries() {
    return registries.values().stream().<RatisMetricRegistry>map(Counted::metrics).toList();
  }

  @Override
  public void addReporterRegistration(
      Consumer<RatisMetricRegistry> start, Consumer<RatisMetricRegistry> stop) {}

  @Override
  public void enableJmxReporter() {}

  @Override
  public void enableConsoleReporter(TimeDuration rate) {}
}
