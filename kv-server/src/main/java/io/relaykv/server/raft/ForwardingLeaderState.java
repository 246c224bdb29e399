package io.relaykv.server.raft;

import java.util.List;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;

/** Stands between a log appender and Ratis' leader state, and passes everything on. */
abstract class ForwardingLeaderState implements LeaderState {
  private final LeaderState next;

  ForwardingLeaderState(LeaderState next) {
    this.next = next;
  }

  @Override
  public AppendEntriesRequestProto newAppendEntriesRequestProto(
      FollowerInfo info, List<LogEntryProto> entries, TermIndex previous, long callId) {
    return next.newAppendEntriesRequestProto(info, entries, previous, callId);
  }

  @Override
  public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
    next.onAppendEntriesReply(appender, reply);
  }

  @Override
  public boolean onFollowerTerm(FollowerInfo info, long followerTerm) {
    return next.onFollowerTerm(info, followerTerm);
  }

  @Override
  public void restart(LogAppender appender) {
    next.restart(appender);
  }

  @Override
  public void checkHealth(FollowerInfo info) {
    next.checkHealth(info);
  }

  @Override
  public void onFollowerCommitIndex(FollowerInfo info, long commitIndex) {
    next.onFollowerCommitIndex(info, commitIndex);
  }

  @Override
  public void onFollowerSuccessAppendEntries(FollowerInfo info) {
    next.onFollowerSuccessAppendEntries(info);
  }

  @Override
  public boolean isFollowerBootstrapping(FollowerInfo info) {
    return next.isFollowerBootstrapping(info);
  }
}
