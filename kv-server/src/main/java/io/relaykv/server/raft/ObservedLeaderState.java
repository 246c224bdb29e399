package io.relaykv.server.raft;

import io.relaykv.server.raft.Leadership.Sent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Tells {@link LeaderLease} when the appends of one log appender were sent and how they were
 * answered.
 */
final class ObservedLeaderState extends ForwardingLeaderState {
  /** Unanswered requests of a connection that broke are never answered; so many are kept. */
  private static final int MAX_UNANSWERED = 4096;

  private final RaftPeerId follower;
  private final Leadership leadership;
  private final LeaderLease lease;
  private final Supplier<Moment> clock;
  private final Map<Long, Sent> sentByCall = new ConcurrentHashMap<>();

  ObservedLeaderState(
      LeaderState next,
      RaftPeerId follower,
      Leadership leadership,
      LeaderLease lease,
      Supplier<Moment> clock) {
    super(next);
    this.follower = follower;
    this.leadership = leadership;
    this.lease = lease;
    this.clock = clock;
  }

  Leadership leadership() {
    return leadership;
  }

  @Override
  public AppendEntriesRequestProto newAppendEntriesRequestProto(
      FollowerInfo info, List<LogEntryProto> entries, TermIndex previous, long callId) {
    if (sentByCall.size() >= MAX_UNANSWERED) {
      sentByCall.clear();
    }
    // Before it is sent, so that the time is never too late.
    Sent sent = leadership.sends(follower, clock.get());
    sentByCall.put(callId, sent);
    AppendEntriesRequestProto append =
        super.newAppendEntriesRequestProto(info, entries, previous, callId);
    return PromiseField.inTurn(append, sent.turn());
  }

  @Override
  public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
    Sent sent = sentByCall.remove(reply.getServerReply().getCallId());
    if (sent != null) {
      lease.onReply(leadership, follower, sent, reply);
    }
    super.onAppendEntriesReply(appender, reply);
  }

  @Override
  public boolean onFollowerTerm(FollowerInfo info, long followerTerm) {
    // Not always if the term is higher: Ratis goes on leading over a node that is only being added.
    boolean stepsDown = super.onFollowerTerm(info, followerTerm);
    if (stepsDown) {
      lease.steppingDown(leadership);
    }
    return stepsDown;
  }
}
