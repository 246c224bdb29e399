package io.relaykv.server;

import io.relaykv.server.metrics.MetricScope;
import io.relaykv.server.raft.FollowerProgress;
import io.relaykv.server.raft.RaftNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the followers are, one by one, while this node leads. Runs on the node's timer, as
 * followers come and go.
 */
final class FollowerGauges {
  /** How often {@link #look} is to be called. */
  static final long LOOK_MS = 1000;

  private static final String LAG = "relaykv_follower_lag_entries";
  private static final String SILENT = "relaykv_follower_silent_seconds";
  private static final String LABEL = "follower";

  private final MetricScope metrics;
  private final Supplier<List<FollowerProgress>> followers;
  private final LongSupplier lastLogIndex;
  private final Set<String> shown = new HashSet<>();

  FollowerGauges(MetricScope metrics, RaftNode raft) {
    this(metrics, raft::followers, raft::lastLogIndex);
  }

  /**
   * @param followers none while this node does not lead
   */
  FollowerGauges(
      MetricScope metrics, Supplier<List<FollowerProgress>> followers, LongSupplier lastLogIndex) {
    this.metrics = metrics;
    this.followers = followers;
    this.lastLogIndex = lastLogIndex;
  }

  /** Shows those that there are now. */
  void look() {
    Set<String> present =
        followers.get().stream().map(FollowerProgress::nodeId).collect(Collectors.toSet());
    for (String id : present) {
      if (shown.add(id)) {
        metrics.gauge(LAG, () -> of(id, this::lag), LABEL, id);
        metrics.gauge(SILENT, () -> of(id, FollowerGauges::silentSeconds), LABEL, id);
      }
    }
    shown.removeIf(id -> !present.contains(id) && remove(id));
  }

  private boolean remove(String id) {
    metrics.remove(LAG, LABEL, id);
    metrics.remove(SILENT, LABEL, id);
    return true;
  }

  private @Nullable Number of(String id, Function<FollowerProgress, Number> value) {
    Optional<Number> found =
        followers.get().stream()
            .filter(follower -> follower.nodeId().equals(id))
            .findFirst()
            .map(value);
    return found.orElse(null);
  }

  private long lag(FollowerProgress follower) {
    return Math.max(0, lastLogIndex.getAsLong() - follower.matchIndex());
  }

  private static double silentSeconds(FollowerProgress follower) {
    return (double) follower.silent().toMillis() / TimeUnit.SECONDS.toMillis(1);
  }
}
