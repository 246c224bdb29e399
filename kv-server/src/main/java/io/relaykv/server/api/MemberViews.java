package io.relaykv.server.api;

import io.relaykv.protocol.v1.FollowerProgress;
import io.relaykv.protocol.v1.ListMembersResponse;
import io.relaykv.protocol.v1.Member;
import io.relaykv.server.raft.RaftNode;

/** Members as operators see them. */
public final class MemberViews {
  private MemberViews() {}

  /** All of them as their leader, this node, sees them. */
  static ListMembersResponse all(RaftNode leader, String nodeId) {
    ListMembersResponse.Builder all =
        ListMembersResponse.newBuilder()
            .setLeader(nodeId)
            .setLastLogIndex(Math.max(0, leader.lastLogIndex()));
    leader.members().forEach(member -> all.addMembers(view(member)));
    leader.followers().forEach(follower -> all.addFollowers(view(follower)));
    return all.build();
  }

  /** A member. */
  public static Member view(io.relaykv.server.raft.Member member) {
    return Member.newBuilder()
        .setNodeId(member.nodeId())
        .setClientAddress(member.clientAddress())
        .setPeerAddress(member.peerAddress())
        .build();
  }

  /** A follower. */
  public static FollowerProgress view(io.relaykv.server.raft.FollowerProgress follower) {
    return FollowerProgress.newBuilder()
        .setNodeId(follower.nodeId())
        // Ratis counts from 0 and says -1 for none; a protobuf number without a sign has no -1.
        .setMatchIndex(Math.max(0, follower.matchIndex()))
        .setSilentMs(follower.silent().toMillis())
        .build();
  }
}
