package io.relaykv.server.api;

import io.relaykv.protocol.v1.Leader;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.RaftNode;

/** Says who leads. */
final class Leaders {
  private Leaders() {}

  /** The leader as this node knows it; this node itself only once it may serve. */
  static Leader known(RaftNode raft, String nodeId) {
    return raft.leader()
        .filter(leader -> !leader.nodeId().equals(nodeId) || raft.leadsAsFarAsKnown())
        .map(
            leader ->
                Leader.newBuilder()
                    .setNodeId(leader.nodeId())
                    .setClientAddress(leader.clientAddress())
                    .addAllMembers(raft.members().stream().map(Member::clientAddress).toList())
                    .build())
        .orElse(Leader.getDefaultInstance());
  }
}
