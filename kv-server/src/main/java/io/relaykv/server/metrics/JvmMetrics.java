package io.relaykv.server.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jvm.CachedThreadStatesGaugeSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import java.util.concurrent.TimeUnit;

/** Memory, garbage collection and threads of this JVM. */
final class JvmMetrics {
  private JvmMetrics() {}

  static void registerIn(MetricRegistry registry) {
    registry.registerAll("jvm.memory", new MemoryUsageGaugeSet());
    registry.registerAll("jvm.gc", new GarbageCollectorMetricSet());
    // Every gauge of this set dumps all threads; the cache makes it one dump for one scrape.
    registry.registerAll("jvm.threads", new CachedThreadStatesGaugeSet(1, TimeUnit.SECONDS));
  }
}
