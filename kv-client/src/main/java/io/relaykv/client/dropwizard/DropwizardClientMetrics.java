package io.relaykv.client.dropwizard;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.relaykv.client.ClientListener;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What clients do, in a Dropwizard {@link MetricRegistry}; docs/client.md says what each metric
 * means. Clients that share a registry and a prefix are counted together.
 *
 * <pre>{@code
 * KvClient.builder().listener(DropwizardClientMetrics.in(registry))
 * }</pre>
 *
 * <p>Needs {@code io.dropwizard.metrics:metrics-core}, which this library does not bring along.
 * Thread-safe.
 */
public final class DropwizardClientMetrics implements ClientListener {
  /** What the names begin with unless something else is asked for. */
  public static final String PREFIX = "relaykv.client";

  private final Map<OperationKind, Map<OperationOutcome, Counter>> operations =
      new EnumMap<>(OperationKind.class);
  private final Map<OperationKind, Timer> latencies = new EnumMap<>(OperationKind.class);
  private final Counter outstanding;
  private final Counter retries;
  private final Counter sessions;
  private final Counter reconnects;
  private final Counter leaderChanges;

  private DropwizardClientMetrics(MetricRegistry registry, String prefix) {
    for (OperationKind kind : OperationKind.values()) {
      Map<OperationOutcome, Counter> ofKind = new EnumMap<>(OperationOutcome.class);
      for (OperationOutcome outcome : OperationOutcome.values()) {
        if (outcome.isPossible(kind)) {
          ofKind.put(
              outcome,
              registry.counter(
                  MetricRegistry.name(prefix, "operations", word(kind), word(outcome))));
        }
      }
      operations.put(kind, ofKind);
      latencies.put(kind, registry.timer(MetricRegistry.name(prefix, "latency", word(kind))));
    }
    outstanding = registry.counter(MetricRegistry.name(prefix, "outstanding"));
    retries = registry.counter(MetricRegistry.name(prefix, "retries"));
    sessions = registry.counter(MetricRegistry.name(prefix, "sessions"));
    reconnects = registry.counter(MetricRegistry.name(prefix, "reconnects"));
    leaderChanges = registry.counter(MetricRegistry.name(prefix, "leader-changes"));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Metrics whose names begin with {@value #PREFIX}, all there from now on. */
  public static DropwizardClientMetrics in(MetricRegistry registry) {
    return in(registry, PREFIX);
  }

  /**
   * The same under another name.
   *
   * @throws IllegalArgumentException if the registry has a metric of one of these names that is
   *     something else
   */
  public static DropwizardClientMetrics in(MetricRegistry registry, String prefix) {
    return new DropwizardClientMetrics(registry, prefix);
  }

  @Override
  public void operationBegan(OperationKind kind) {
    outstanding.inc();
  }

  @Override
  public void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {
    outstanding.dec();
    Counter counter = operations.getOrDefault(kind, Map.of()).get(outcome);
    if (counter != null) {
      counter.inc();
    }
    Timer latency = latencies.get(kind);
    if (latency != null && outcome.isCarriedOut()) {
      latency.update(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void operationsSentAgain(int count) {
    retries.inc(count);
  }

  @Override
  public void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {
    if (before.isEmpty()) {
      sessions.inc();
      return;
    }
    reconnects.inc();
    if (!before.get().equals(leader)) {
      leaderChanges.inc();
    }
  }
}
