package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.WritesResult;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** What Ratis' replies mean for a write. */
class RatisLogTest {
  private static final RaftGroupMemberId SELF =
      RaftGroupMemberId.valueOf(RaftPeerId.valueOf("n1"), RaftGroupId.randomId());

  @Test
  void aReplyCarriesTheResultOfTheStateMachine() {
    CommandResult result =
        CommandResult.newBuilder()
            .setWrites(WritesResult.newBuilder().addStatuses(WriteStatus.DROPPED))
            .build();

    RaftClientReply reply =
        reply()
            .setSuccess()
            .setMessage(Message.valueOf(ByteString.copyFrom(result.toByteArray())))
            .build();

    assertThat(RatisLog.result(reply)).isEqualTo(result);
  }

  @Test
  void aHandoverAndABeginningRefuseBeforeTheLog() {
    for (RaftException refusal :
        List.of(
            new LeaderSteppingDownException("n1 is stepping down"),
            new LeaderNotReadyException(SELF))) {
      assertThatExceptionOfType(NotAppendedException.class)
          .isThrownBy(() -> RatisLog.result(reply().setException(refusal).build()));
    }
  }

  @Test
  void aLostLeadershipAlsoEndsWhatIsInTheLog() {
    NotLeaderException lost = new NotLeaderException(SELF, null, List.of());

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> RatisLog.result(reply().setException(lost).build()))
        .withCause(lost);
  }

  private static RaftClientReply.Builder reply() {
    return RaftClientReply.newBuilder()
        .setClientId(ClientId.randomId())
        .setServerId(SELF)
        .setCallId(1);
  }
}
