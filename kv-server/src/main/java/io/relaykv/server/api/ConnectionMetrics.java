package io.relaykv.server.api;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.metrics.NodeMetrics;
import java.util.function.IntSupplier;

/** What a client port counts of its connections, in the registry while the port is open. */
final class ConnectionMetrics implements AutoCloseable {
  private final MetricRegistry registry;
  private final String prefix;
  private final Counter refused;
  private final Counter timedOut;

  private ConnectionMetrics(MetricRegistry registry, String nodeId) {
    this.registry = registry;
    this.prefix = MetricRegistry.name("relaykv", "client_port", nodeId) + ".";
    this.refused = registry.counter(prefix + "connections_refused");
    this.timedOut = registry.counter(prefix + "connections_never_authenticated");
  }

  static ConnectionMetrics of(String nodeId) {
    return new ConnectionMetrics(NodeMetrics.registry(), nodeId);
  }

  void countsOpen(IntSupplier open) {
    Gauge<Integer> gauge = open::getAsInt;
    registry.gauge(prefix + "connections", () -> gauge);
  }

  /** One was closed at once, as there were too many. */
  void refused() {
    refused.inc();
  }

  /** One was closed, as it had not shown in time who it is. */
  void timedOut() {
    timedOut.inc();
  }

  @Override
  public void close() {
    registry.removeMatching((name, metric) -> name.startsWith(prefix));
  }
}
