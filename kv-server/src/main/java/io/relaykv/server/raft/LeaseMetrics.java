package io.relaykv.server.raft;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.relaykv.server.metrics.NodeMetrics;

/** How groups of reads pass the {@link LeaderLease} of a node, counted in the registry. */
final class LeaseMetrics {
  private final Counter hits;
  private final Counter rounds;
  private final Counter refusals;
  private final Counter refusedVotes;

  private LeaseMetrics(MetricRegistry registry, String nodeId) {
    String prefix = MetricRegistry.name("relaykv", "lease", nodeId) + ".";
    hits = registry.counter(prefix + "hits");
    rounds = registry.counter(prefix + "rounds");
    refusals = registry.counter(prefix + "refusals");
    refusedVotes = registry.counter(prefix + "refused_votes");
  }

  static LeaseMetrics of(String nodeId) {
    return new LeaseMetrics(NodeMetrics.registry(), nodeId);
  }

  /** Reads passed at once. */
  void hit() {
    hits.inc();
  }

  /** A majority was asked. */
  void round() {
    rounds.inc();
  }

  /** Reads were refused: this node does not lead, or no majority answered. */
  void refusal() {
    refusals.inc();
  }

  /** A vote, or an election at once, was refused to keep the promise to the leader. */
  void refusedVote() {
    refusedVotes.inc();
  }
}
