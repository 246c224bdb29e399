package io.relaykv.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.server.metrics.SegmentedRaftLogMetrics;

/**
 * The metrics of one component of one Raft member, inside a registry that others share.
 *
 * <p>After closing it still hands out metrics, for Ratis counts a little longer than it lives, but
 * they are in no registry: their names may belong to the member's next life. The lock guards the
 * names only; no metric is read under it.
 */
final class RatisMetrics implements RatisMetricRegistry, AutoCloseable {
  private final MetricRegistryInfo info;
  private final MetricRegistry target;
  private final String prefix;
  private final Map<String, String> fullNames = new HashMap<>();
  private boolean closed;

  RatisMetrics(MetricRegistryInfo info, MetricRegistry target) {
    this.info = info;
    this.target = target;
    this.prefix =
        MetricRegistry.name(
            info.getApplicationName(), info.getMetricsComponentName(), info.getPrefix());
  }

  @Override
  public synchronized Timekeeper timer(String name) {
    if (name.equals(SegmentedRaftLogMetrics.RAFT_LOG_SYNC_TIME)) {
      Durations durations =
          closed ? new Durations() : (Durations) target.timer(fullName(name), Durations::new);
      return new FsyncTime(nodeId(), durations);
    }
    Timer timer = closed ? new Timer() : target.timer(fullName(name));
    return () -> timer.time()::stop;
  }

  @Override
  public synchronized LongCounter counter(String name) {
    Counter counter = closed ? new Counter() : target.counter(fullName(name));
    return new LongCounter() {
      @Override
      public void inc(long n) {
        counter.inc(n);
      }

      @Override
      public void dec(long n) {
        counter.dec(n);
      }

      @Override
      public long getCount() {
        return counter.getCount();
      }
    };
  }

  @Override
  public <T> void gauge(String name, Supplier<Supplier<T>> gaugeSupplier) {
    Gauge<T> gauge = gaugeSupplier.get()::get;
    synchronized (this) {
      if (!closed) {
        target.gauge(fullName(name), () -> gauge);
      }
    }
  }

  @Override
  public synchronized boolean remove(String name) {
    String fullName = fullNames.remove(name);
    return fullName != null && target.remove(fullName);
  }

  @Override
  public MetricRegistryInfo getMetricRegistryInfo() {
    return info;
  }

  /** Ratis' prefix is {@code node@group}. */
  private String nodeId() {
    return info.getPrefix().replaceAll("@.*", "");
  }

  /** Takes all metrics out of the shared registry. */
  @Override
  public synchronized void close() {
    closed = true;
    fullNames.values().forEach(target::remove);
    fullNames.clear();
  }

  private String fullName(String name) {
    return fullNames.computeIfAbsent(name, key -> MetricRegistry.name(prefix, key));
  }
}
