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

/** Exchanges {@link NodeCards} with the follower of one log appender. */
final class CardedLeaderState extends ForwardingLeaderState {
  private final RaftPeerId follower;
  private final NodeCards cards;

  CardedLeaderState(LeaderState next, RaftPeerId follower, NodeCards cards) {
    super(next);
    this.follower = follower;
    this.cards = cards;
  }

  @Override
  public AppendEntriesRequestProto newAppendEntriesRequestProto(
      FollowerInfo info, List<LogEntryProto> entries, TermIndex previous, long callId) {
    return cards.withAll(
        follower.toString(), super.newAppendEntriesRequestProto(info, entries, previous, callId));
  }

  @Override
  public void onAppendEntriesReply(LogAppender appender, AppendEntriesReplyProto reply) {
    cards.answered(follower.toString(), reply);
    super.onAppendEntriesReply(appender, reply);
  }
}
