package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppendAnswersTest {
  private static final long NOTHING = RaftLog.INVALID_LOG_INDEX;
  private static final long TERM = 4;

  private final AppendAnswers answers = new AppendAnswers();
  private final FakePeerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> stream =
      FakePeerCall.appendEntries();
  private final ServerCall.Listener<AppendEntriesRequestProto> listener =
      answers.begin(stream, call -> new AsRatis(call));

  private AppendResult result = AppendResult.SUCCESS;
  private long flushed;
  private long term = TERM;
  private long votesInTerm;

  @BeforeEach
  void attach() {
    answers.attach(() -> flushed, () -> term, of -> votesInTerm > of);
  }

  @Test
  void aHeartbeatThatSucceedsTellsUpToWhereTheLogsAgree() {
    flushed = 9;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(7)))).isEqualTo(7);
  }

  @Test
  void onlyWhatIsOnDiskIsTold() {
    flushed = 5;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(7)))).isEqualTo(5);
    assertThat(matchAfter(append(8, 9).setPreviousLog(at(7)))).isEqualTo(5);
    flushed = 9;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(9)))).isEqualTo(9);
  }

  @Test
  void whatRatisSaysOfEntriesStays() {
    flushed = 12;
    assertThat(matchAfter(append(8, 9).setPreviousLog(at(7)))).isEqualTo(9);
  }

  @Test
  void aHeartbeatThatProvesNothingTellsNothing() {
    flushed = 9;
    assertThat(matchAfter(heartbeat())).as("it names no entry").isEqualTo(NOTHING);
    result = AppendResult.INCONSISTENCY;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(7)))).isEqualTo(NOTHING);
    result = AppendResult.NOT_LEADER;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(7)))).isEqualTo(NOTHING);
  }

  @Test
  void whoHasVotedInAHigherTermAcknowledgesNothingOfThisOne() {
    flushed = 9;
    term = TERM + 1;
    AppendEntriesReplyProto answer = answerTo(append(8, 9).setPreviousLog(at(7)));
    assertThat(answer.getResult()).isEqualTo(AppendResult.NOT_LEADER);
    assertThat(answer.getTerm()).isEqualTo(TERM + 1);
    assertThat(answer.getMatchIndex()).isEqualTo(NOTHING);
    assertThat(answerTo(heartbeat().setPreviousLog(at(9))).getResult())
        .isEqualTo(AppendResult.NOT_LEADER);
  }

  /** Ratis may have compared the logs already, and not be in the new term yet. */
  @Test
  void whoDecidesAboutAVoteInAHigherTermAcknowledgesNothingMeanwhile() {
    flushed = 9;
    votesInTerm = TERM + 1;
    assertThat(matchAfter(append(8, 9).setPreviousLog(at(7)))).isEqualTo(NOTHING);
    assertThat(matchAfter(heartbeat().setPreviousLog(at(9)))).isEqualTo(NOTHING);
    votesInTerm = TERM;
    assertThat(matchAfter(heartbeat().setPreviousLog(at(9)))).isEqualTo(9);
  }

  private long matchAfter(AppendEntriesRequestProto.Builder request) {
    AppendEntriesReplyProto answer = answerTo(request);
    assertThat(answer.getResult()).isEqualTo(result);
    return answer.getMatchIndex();
  }

  private AppendEntriesReplyProto answerTo(AppendEntriesRequestProto.Builder request) {
    int callId = stream.sent().size() + 1;
    listener.onMessage(
        request.setServerRequest(RaftRpcRequestProto.newBuilder().setCallId(callId)).build());
    assertThat(stream.sent()).hasSize(callId);
    AppendEntriesReplyProto answer = (AppendEntriesReplyProto) stream.sent().get(callId - 1);
    assertThat(answer.getServerReply().getCallId()).isEqualTo(callId);
    return answer;
  }

  private static AppendEntriesRequestProto.Builder heartbeat() {
    return AppendEntriesRequestProto.newBuilder();
  }

  private static AppendEntriesRequestProto.Builder append(long first, long last) {
    AppendEntriesRequestProto.Builder append = AppendEntriesRequestProto.newBuilder();
    for (long index = first; index <= last; index++) {
      append.addEntries(LogEntryProto.newBuilder().setTerm(1).setIndex(index));
    }
    return append;
  }

  private static TermIndexProto at(long index) {
    return TermIndexProto.newBuilder().setTerm(1).setIndex(index).build();
  }

  /** As {@code RaftServerImpl.appendEntriesAsync} of Ratis 3.3.0. */
  private final class AsRatis extends ServerCall.Listener<AppendEntriesRequestProto> {
    private final ServerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> call;

    AsRatis(ServerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> call) {
      this.call = call;
    }

    @Override
    public void onMessage(AppendEntriesRequestProto append) {
      int entries = append.getEntriesCount();
      call.sendMessage(
          AppendEntriesReplyProto.newBuilder()
              .setServerReply(
                  RaftRpcReplyProto.newBuilder().setCallId(append.getServerRequest().getCallId()))
              .setResult(result)
              .setTerm(TERM)
              .setMatchIndex(entries == 0 ? NOTHING : append.getEntries(entries - 1).getIndex())
              .build());
    }
  }
}
