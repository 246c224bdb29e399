package io.relaykv.server.status;

import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.raft.FollowerProgress;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.NodeCards.Acquaintance;
import io.relaykv.server.status.NodeView.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what this node knows of the cluster, from what it has heard: nobody is asked.
 * Thread-safe.
 */
final class ClusterViews {
  /** Cards go from a follower to the leader and on to the others, within a second each. */
  private static final Duration DOWN_AFTER = Duration.ofSeconds(4);

  private final String clusterName;
  private final String self;
  private final Knowledge known;
  private final BooleanSupplier majorityConfirms;
  private final Duration electionTimeout;
  private final Duration downAfter;

  /** What this node knows. */
  interface Knowledge {
    boolean isMember();

    List<Member> members();

    /** What this node is. */
    Role ownRole();

    /** Whether this node leads and serves, as far as it knows itself. */
    boolean leads();

    Optional<String> leader();

    /** As a follower: for how long nothing was heard of the leader. */
    Optional<Duration> leaderSilent();

    /** As the leader: how far a follower is. */
    Optional<FollowerProgress> follower(String nodeId);

    /** What another node has said of itself. */
    Optional<Acquaintance> heardOf(String nodeId);

    /** The last log entry that is known to be committed. */
    long committedIndex();
  }

  /**
   * @param majorityConfirms whether, if this node leads, a majority has confirmed it lately
   */
  ClusterViews(NodeConfig config, Knowledge known, BooleanSupplier majorityConfirms) {
    this.clusterName = config.cluster().name();
    this.self = config.nodeId();
    this.known = known;
    this.majorityConfirms = majorityConfirms;
    this.electionTimeout = config.raft().electionTimeoutMin();
    Duration elections = config.raft().electionTimeoutMax().multipliedBy(2);
    this.downAfter = elections.compareTo(DOWN_AFTER) > 0 ? elections : DOWN_AFTER;
  }

  /**
   * The cluster now.
   *
   * @param own what this node says of itself
   */
  ClusterView now(NodeCard own) {
    boolean leads = known.leads();
    @Nullable String leader = known.leader().orElse(null);
    boolean confirmed =
        leads
            ? majorityConfirms.getAsBoolean()
            : leader != null && known.leaderSilent().filter(this::isShort).isPresent();
    return new ClusterView(
        clusterName,
        self,
        known.isMember(),
        leader,
        leads,
        confirmed,
        known.members().stream()
            .map(
                member ->
                    member.nodeId().equals(self)
                        ? view(member, known.ownRole(), true, Duration.ZERO, own)
                        : other(member, confirmed ? leader : null))
            .toList());
  }

  /**
   * @param leader who is known to lead; null if nobody is for certain
   */
  private NodeView other(Member member, @Nullable String leader) {
    @Nullable Duration silent = silent(member, leader);
    boolean up = silent != null && isShort(silent);
    Role role =
        !up || leader == null
            ? Role.UNKNOWN
            : member.nodeId().equals(leader) ? Role.LEADER : Role.FOLLOWER;
    NodeCard card =
        known
            .heardOf(member.nodeId())
            .map(Acquaintance::card)
            .orElse(NodeCard.getDefaultInstance());
    return view(member, role, up, silent, card);
  }

  private @Nullable Duration silent(Member member, @Nullable String leader) {
    @Nullable Duration silent =
        known.heardOf(member.nodeId()).map(Acquaintance::silent).orElse(null);
    if (member.nodeId().equals(leader)) {
      silent = shorter(silent, known.leaderSilent().orElse(null));
    }
    @Nullable Duration unanswered =
        known.follower(member.nodeId()).map(FollowerProgress::silent).orElse(null);
    // Until a follower has answered a new leader, Ratis counts from when that began to lead.
    if (silent == null || (unanswered != null && unanswered.compareTo(electionTimeout) < 0)) {
      silent = shorter(silent, unanswered);
    }
    return silent;
  }

  private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return other.compareTo(one) < 0 ? other : one;
  }

  private boolean isShort(Duration silent) {
    return silent.compareTo(downAfter) <= 0;
  }

  private NodeView view(
      Member member, Role role, boolean up, @Nullable Duration silent, NodeCard card) {
    return new NodeView(
        member.nodeId(),
        member.clientAddress(),
        member.peerAddress(),
        role,
        up,
        silent,
        card,
        behind(member, up, card));
  }

  /**
   * While entries are written, the last card of a node that is up is older than what this node
   * knows of the log: by how much it was behind then, it says itself.
   */
  private long behind(Member member, boolean up, NodeCard card) {
    if (card.getNodeId().isEmpty()) {
      return known
          .follower(member.nodeId())
          .map(follower -> Math.max(0, known.committedIndex() - Math.max(0, follower.matchIndex())))
          .orElse(0L);
    }
    return up
        ? card.getBehindEntries()
        : Math.max(card.getBehindEntries(), known.committedIndex() - card.getAppliedIndex());
  }
}
