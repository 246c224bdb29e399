package io.relaykv.server.raft;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * The members of the cluster as this node knows them now: those of the last membership in its log,
 * committed or not (Raft thesis 4.1). Thread-safe.
 */
final class KnownMembers {
  private final List<RaftPeer> configured;
  private volatile RaftServer.@Nullable Division division;

  /**
   * @param configured the members while the replicated membership is still empty
   */
  KnownMembers(List<RaftPeer> configured) {
    this.configured = List.copyOf(configured);
  }

  /** Says where the replicated membership is. Nobody is a member before. */
  void attach(RaftServer.Division started) {
    division = started;
  }

  boolean contains(String nodeId) {
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
