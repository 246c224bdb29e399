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
 * Stands between one log appender and Ratis' leader state, and tells {@link LeaderLease} when
 * appends were sent and how they were answered.
 */
final class ObservedLeaderState implements LeaderState {
  /** Unanswered requests of a connection that broke are never answered; so many are kept. */
  private static final int MAX_UNANSWERED = 4096;

  private final LeaderState ratis;
  private final RaftPeerId follower;
  private final Leadership leadership;
  private final LeaderLease lease;
  private final Supplier<Moment> clock;
  private final Map<Long, Sent> sentByCall = new ConcurrentHashMap<>();

  ObservedLeaderState(
      LeaderState ratis,
      RaftPeerId follower,
      Leadership leadership,
      LeaderLease lease,
      Supplier<Moment> clock) {
    this.ratis = ratis;
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
        ratis.newAppendEntriesRequestProto(info, entries, previous, callId);
    return sent.releases() ? PromiseField.release(append) : append;
  }

  @Override
  public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
    Sent sent = sentByCall.remove(reply.getServerReply().getCallId());
    if (sent != null) {
      lease.onReply(leadership, follower, sent, reply);
    }
    ratis.onAppendEntriesReply(appender, reply);
  }

  @Override
  public boolean onFollowerTerm(FollowerInfo info, long followerTerm) {
    // Not always if the term is higher: Ratis goes on leading over a node that is only being added.
    boolean stepsDown = ratis.onFollowerTerm(info, followerTerm);
    if (stepsDown) {
      lease.steppingDown(leadership);
    }
    return stepsDown;
  }

  @Override
  public void restart(LogAppender appender) {
    ratis.restart(appender);
  }

  @Override
  public void checkHealth(FollowerInfo info) {
    ratis.checkHealth(info);
  }

  @Override
  public void onFollowerCommitIndex(FollowerInfo info, long commitIndex) {
    ratis.onFollowerCommitIndex(info, commitIndex);
  }

  @Override
  public void onFollowerSuccessAppendEntries(FollowerInfo info) {
    ratis.onFollowerSuccessAppendEntries(info);
  }

  @Override
  public boolean isFollowerBootstrapping(FollowerInfo info) {
    return ratis.isFollowerBootstrapping(info);
  }
}
