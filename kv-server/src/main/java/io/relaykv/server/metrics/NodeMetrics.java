package io.relaykv.server.metrics;

import com.codahale.metrics.MetricRegistry;

/**
 * The one registry of this JVM.
 *
 * <p>It is static because Ratis' is: {@code MetricRegistries.global()} is loaded once per JVM, and
 * hands no node to the provider. Nodes that share a JVM share the registry; the names of Ratis'
 * metrics tell them apart, being those of its member {@code peer@group}.
 */
public final class NodeMetrics {
  private static final MetricRegistry REGISTRY = withJvmMetrics(new MetricRegistry());

  private NodeMetrics() {}

  /** The registry. Thread-safe. */
  public static MetricRegistry registry() {
    return REGISTRY;
  }

  private static MetricRegistry withJvmMetrics(MetricRegistry registry) {
    JvmMetrics.registerIn(registry);
    return registry;
  }
}
