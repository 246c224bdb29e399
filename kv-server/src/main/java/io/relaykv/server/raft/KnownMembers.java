package io.relaykv.server.raft;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * The members of the cluster as this node knows them now: those of the last membership in its log,
 * committed or not (Raft thesis 4.1). Thread-safe.
 */
final class KnownMembers {
  private final List<RaftPeer> configured;
  private final Predicate<String> retired;
  private volatile RaftServer.@Nullable Division division;

  /**
   * @param configured the members while the replicated membership is still empty
   * @param retired whether a member of that name has been removed, or was about to be
   */
  KnownMembers(List<RaftPeer> configured, Predicate<String> retired) {
    this.configured = List.copyOf(configured);
    this.retired = retired;
  }

  /** Says where the replicated membership is. Nobody is a member before. */
  void attach(RaftServer.Division started) {
    division = started;
  }

  /**
   * Whether the node was a member and is none any more. One that was never heard of is not: it may
   * have been added while this node was away (docs/adr/0012).
   */
  boolean isFormer(String nodeId) {
    return retired.test(nodeId) && !contains(nodeId);
  }

  /** As {@link #isFormer}, and nothing can bring it back: its removal is committed. */
  boolean isFormerForGood(String nodeId) {
    RaftServer.Division current = division;
    return isFormer(nodeId)
        && current != null
        && current.getRaftConf().getLogEntryIndex() <= current.getRaftLog().getLastCommittedIndex();
  }

  private boolean contains(String nodeId) {
    return all().stream().anyMatch(peer -> peer.getId().toString().equals(nodeId));
  }

  /** The member whose address for peers this is. */
  Optional<RaftPeer> at(String peerAddress) {
    return all().stream().filter(peer -> peer.getAddress().equals(peerAddress)).findFirst();
  }

  private Collection<RaftPeer> all() {
    RaftServer.Division current = division;
    if (current == null) {
      return List.of();
    }
    Collection<RaftPeer> replicated = current.getRaftConf().getAllPeers();
    return replicated.isEmpty() ? configured : replicated;
  }
}
