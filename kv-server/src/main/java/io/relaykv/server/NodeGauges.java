package io.relaykv.server;

import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.metrics.OutsideCount;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.server.tls.NodeTls;
import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreCount;
import io.relaykv.statemachine.store.StoreSize;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows as metrics what the parts of a node know anyway: it is asked for when somebody reads it,
 * and costs nothing otherwise. Nobody waits for it: what cannot be told at once is left out.
 */
final class NodeGauges {
  /** An account that holds more of what it may is soon full. */
  private static final double NEARLY_FULL = 0.9;

  private final MetricScope metrics;
  private final RaftNode raft;
  private final KvStateMachine stateMachine;

  private NodeGauges(MetricScope metrics, RaftNode raft, KvStateMachine stateMachine) {
    this.metrics = metrics;
    this.raft = raft;
    this.stateMachine = stateMachine;
  }

  /** Puts them where the metrics are, until those are closed. */
  static void register(
      MetricScope metrics,
      RaftNode raft,
      KvStateMachine stateMachine,
      NodeTls tls,
      Instant startedAt) {
    NodeGauges gauges = new NodeGauges(metrics, raft, stateMachine);
    gauges.registerRaft();
    gauges.registerWrites();
    gauges.registerContent();
    gauges.registerDatabase();
    gauges.registerExpiry("client", tls::clientExpiry);
    gauges.registerExpiry("peer", tls::peerExpiry);
    metrics.gauge("relaykv_feature_level", stateMachine::featureLevel);
    metrics.gauge("relaykv_supported_feature_level", FeatureLevels::supported);
    metrics.gauge("relaykv_start_time_seconds", () -> seconds(startedAt));
    metrics.fact("relaykv_build", "version", Version.CURRENT);
  }

  private void registerRaft() {
    metrics.flag("relaykv_is_leader", raft::leadsAsFarAsKnown);
    metrics.flag("relaykv_has_leader", () -> raft.leader().isPresent());
    metrics.flag("relaykv_is_member", raft::isMember);
    metrics.flag("relaykv_lease_held", raft::holdsLease);
    metrics.gauge("relaykv_term", () -> raft.info().getCurrentTerm());
    metrics.gauge("relaykv_committed_index", raft::committedIndex);
    metrics.gauge("relaykv_applied_index", () -> raft.info().getLastAppliedIndex());
    metrics.gauge("relaykv_snapshot_index", stateMachine::snapshotIndex);
  }

  private void registerWrites() {
    metrics.gauge("relaykv_pending_writes", raft.writes()::pendingOps);
    metrics.gauge("relaykv_pending_write_bytes", raft.writes()::pendingBytes);
  }

  private void registerContent() {
    metrics.gauge("relaykv_keys", () -> fromStore(KvStore::estimatedKeys));
    metrics.gauge("relaykv_accounts_nearly_full", this::accountsNearlyFull);
  }

  private @Nullable Number accountsNearlyFull() {
    try {
      return stateMachine.access().accounts().stream()
          .filter(Account::hasQuota)
          .filter(account -> account.usedBytes() > NEARLY_FULL * account.maxBytes())
          .count();
    } catch (StoreUnavailableException e) {
      return null;
    }
  }

  private void registerDatabase() {
    for (StoreSize size : StoreSize.values()) {
      metrics.gauge(databaseMetric(size.name()), () -> fromStore(store -> store.size(size)));
    }
    for (StoreCount count : StoreCount.values()) {
      if (count != StoreCount.STALL_MICROS) {
        OutsideCount counted = () -> fromStore(store -> store.count(count));
        metrics.count(databaseMetric(count.name()), counted);
      }
    }
    metrics.count(databaseMetric("STALL_SECONDS"), () -> fromStore(NodeGauges::stallSeconds));
  }

  private static String databaseMetric(String name) {
    return "relaykv_rocksdb_" + name.toLowerCase(Locale.ROOT);
  }

  private static double stallSeconds(KvStore store) {
    return (double) store.count(StoreCount.STALL_MICROS) / TimeUnit.SECONDS.toMicros(1);
  }

  private @Nullable Number fromStore(Function<KvStore, Number> value) {
    return stateMachine.live().withoutWaiting(value).orElse(null);
  }

  private void registerExpiry(String port, Supplier<Optional<Instant>> expiry) {
    if (expiry.get().isPresent()) {
      metrics.gauge(
          "relaykv_certificate_expiry_timestamp_seconds",
          () -> expiry.get().map(NodeGauges::seconds).orElse(null),
          "port",
          port);
    }
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }
}
