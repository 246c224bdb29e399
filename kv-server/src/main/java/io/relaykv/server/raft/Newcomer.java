package io.relaykv.server.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.LeaderElectionManagementRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Lets a node vote that is being added and does not know yet that it is a member. The change counts
 * from the moment at which the leader writes it to its log, and from then on the votes of a
 * majority of the new members are needed. In Ratis 3.3.0 a new node answers no request for a vote
 * before the leader has told it more: if the leader is lost between, while another member is dead,
 * nobody can be elected any more, and the dead member is the very one that is being replaced.
 *
 * <p>A request for its vote tells the node that it is a member for somebody. It then goes on as if
 * the leader that it knows had sent the heartbeat that it waits for ({@code
 * RaftServerImpl.appendEntriesAsync}). It does not stand for election until it finds itself in the
 * membership: Ratis would end it. Thread-safe.
 */
final class Newcomer {
  private final ClientId clientId = ClientId.randomId();
  private final RaftPeerId self;
  private final RaftGroupId groupId;
  private volatile @Nullable RaftServer server;
  private volatile RaftServer.@Nullable Division division;
  private volatile boolean onlyVotes;

  Newcomer(RaftPeerId self, RaftGroupId groupId) {
    this.self = self;
    this.groupId = groupId;
  }

  /** To be called before the peer port opens. */
  void attach(RaftServer server, RaftServer.Division division) {
    this.server = server;
    this.division = division;
  }

  /** To be called with each message of another node, before Ratis sees it. */
  void hears(Object message) {
    if (message instanceof RequestVoteRequestProto) {
      takePart();
    }
  }

  private synchronized void takePart() {
    RaftServer ratis = server;
    RaftServer.Division known = division;
    if (ratis == null
        || known == null
        || known.getInfo().getLifeCycleState() != LifeCycle.State.STARTING) {
      return;
    }
    RaftPeerId leader = known.getInfo().getLeaderId();
    if (leader == null) {
      return;
    }
    try {
      ratis.appendEntries(heartbeat(leader, known));
      if (known.getInfo().getLifeCycleState() != LifeCycle.State.RUNNING) {
        return;
      }
      onlyVotes = true;
      // Long before an election timeout is over.
      ratis.leaderElectionManagement(
          LeaderElectionManagementRequest.newPause(clientId, self, groupId, 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AppendEntriesRequestProto heartbeat(RaftPeerId leader, RaftServer.Division known) {
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(leader.toByteString())
                .setReplyId(self.toByteString())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(groupId.toByteString())))
        .setLeaderTerm(known.getInfo().getCurrentTerm())
        .build();
  }

  /** Whether this node may vote, but does not stand for election. */
  boolean onlyVotes() {
    return onlyVotes;
  }

  /** To be called again and again. */
  synchronized void tick() {
    RaftServer ratis = server;
    RaftServer.Division known = division;
    if (!onlyVotes || ratis == null || known == null || known.getRaftConf().getPeer(self) == null) {
      return;
    }
    try {
      ratis.leaderElectionManagement(
          LeaderElectionManagementRequest.newResume(clientId, self, groupId, 2));
      onlyVotes = false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
