package io.relaykv.server;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.relaykv.statemachine.CheckComparison;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log and in metrics what came of the replica checks of this node. Thread-safe.
 *
 * <p>The metrics are in the registry until this is closed.
 */
final class ReplicaCheckResults implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplicaCheckResults.class);

  private final String nodeId;
  private final MetricRegistry registry;
  private final String prefix;
  private final Counter compared;
  private final Counter differed;
  private volatile boolean differs;
  private volatile long comparedMs;

  ReplicaCheckResults(String nodeId, MetricRegistry registry) {
    this.nodeId = nodeId;
    this.registry = registry;
    this.prefix = MetricRegistry.name("relaykv", "replica_check", nodeId) + ".";
    this.compared = registry.counter(prefix + "compared");
    this.differed = registry.counter(prefix + "differed");
    Gauge<Boolean> last = () -> differs;
    registry.gauge(prefix + "differs", () -> last);
    Gauge<Double> when = () -> comparedMs / 1000.0;
    registry.gauge(prefix + "compared_timestamp_seconds", () -> when);
  }

  /** This node has compared what it holds with what the leader holds. */
  void compared(CheckComparison comparison) {
    compared.inc();
    differs = !comparison.agrees();
    comparedMs = comparison.comparedMs();
    if (comparison.agrees()) {
      log.info(
          "{} holds the same as leader {} as of log entry {}",
          nodeId,
          comparison.leader(),
          comparison.index());
    } else {
      differed.inc();
      log.error(
          "{} does not hold the same as leader {} as of log entry {}: the copy of one of them is"
              + " wrong. Run kv-shell verify: it names the node that differs from the majority."
              + " Stop that one and replace it by a new node",
          nodeId,
          comparison.leader(),
          comparison.index());
    }
  }

  @Override
  public void close() {
    registry.removeMatching((name, metric) -> name.startsWith(prefix));
  }
}
