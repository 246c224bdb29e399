package io.relaykv.server.raft;

import java.util.List;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Stands between one log appender and Ratis' leader state, and exchanges {@link NodeCards} with its
 * follower.
 */
record CardedLeaderState(LeaderState ratis, RaftPeerId follower, NodeCards cards)
    implements LeaderState {
  @Override
  public AppendEntriesRequestProto newAppendEntriesRequestProto(
      FollowerInfo info, List<LogEntryProto> entries, TermIndex previous, long callId) {
    return cards.withAll(
        follower.toString(), ratis.newAppendEntriesRequestProto(info, entries, previous, callId));
  }

  @Override
  public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
    cards.answered(follower.toString(), reply);
    ratis.onAppendEntriesReply(appender, reply);
  }

  @Override
  public boolean onFollowerTerm(FollowerInfo info, long followerTerm) {
    return ratis.onFollowerTerm(info, followerTerm);
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
