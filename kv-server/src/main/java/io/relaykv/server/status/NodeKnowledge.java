package io.relaykv.server.status;

import io.relaykv.server.raft.FollowerProgress;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.NodeCards.Acquaintance;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.server.status.NodeView.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a node knows by Raft, for those who tell people how it is. */
record NodeKnowledge(RaftNode raft) implements RecentBarrier.Node, ClusterViews.Knowledge {
  @Override
  public boolean leads() {
    return raft.leadsAsFarAsKnown();
  }

  @Override
  public CompletableFuture<Void> barrier() {
    return raft.barrier();
  }

  @Override
  public boolean isMember() {
    return raft.isMember();
  }

  @Override
  public List<Member> members() {
    return raft.members();
  }

  @Override
  public Role ownRole() {
    return switch (raft.info().getCurrentRole()) {
      case LEADER -> Role.LEADER;
      case CANDIDATE -> Role.CANDIDATE;
      case FOLLOWER, LISTENER, UNRECOGNIZED -> Role.FOLLOWER;
    };
  }

  @Override
  public Optional<String> leader() {
    return raft.leader().map(Member::nodeId);
  }

  @Override
  public Optional<Duration> leaderSilent() {
    return raft.leaderSilent();
  }

  @Override
  public Optional<FollowerProgress> follower(String nodeId) {
    return raft.followers().stream()
        .filter(follower -> follower.nodeId().equals(nodeId))
        .findFirst();
  }

  @Override
  public Optional<Acquaintance> heardOf(String nodeId) {
    return raft.cards().of(nodeId);
  }

  @Override
  public long committedIndex() {
    return raft.toldCommittedIndex();
  }

  @Override
  public long appliedIndex() {
    return raft.info().getLastAppliedIndex();
  }
}
