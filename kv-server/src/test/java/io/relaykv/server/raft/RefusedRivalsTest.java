package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedRivalsTest {
  private final RefusedRivals rivals = new RefusedRivals();
  private int outranked;

  /** Candidate's and own last entries as term and index. */
  @ParameterizedTest
  @CsvSource({
    "true, false, 3,7, 3,8, 1",
    "true, false, 3,9, 4,2, 1",
    "true, false, 3,8, 3,8, 0",
    "true, false, 4,2, 3,9, 0",
    "true, true,  3,7, 3,8, 0",
    "true, false, 0,-1, 3,8, 0",
    "false,false, 3,7, 3,8, 0"
  })
  void tellsOfAPreliminaryVoteThatIsRefusedToAShorterLog(
      boolean preVote,
      boolean granted,
      long termThere,
      long indexThere,
      long termHere,
      long indexHere,
      int told) {
    rivals.attach(() -> outranked++);
    FakePeerCall<RequestVoteRequestProto, RequestVoteReplyProto> call = FakePeerCall.requestVote();
    RequestVoteReplyProto answer =
        RequestVoteReplyProto.newBuilder()
            .setServerReply(RaftRpcReplyProto.newBuilder().setSuccess(granted))
            .setLastEntry(entry(termHere, indexHere))
            .build();
    rivals
        .begin(call, to -> new Answering(to, answer))
        .onMessage(
            RequestVoteRequestProto.newBuilder()
                .setPreVote(preVote)
                .setCandidateLastEntry(entry(termThere, indexThere))
                .build());
    assertThat(call.sent()).containsExactly(answer);
    assertThat(outranked).isEqualTo(told);
  }

  private static TermIndexProto entry(long term, long index) {
    return TermIndexProto.newBuilder().setTerm(term).setIndex(index).build();
  }

  private static final class Answering extends ServerCall.Listener<RequestVoteRequestProto> {
    private final ServerCall<RequestVoteRequestProto, RequestVoteReplyProto> call;
    private final RequestVoteReplyProto answer;

    Answering(
        ServerCall<RequestVoteRequestProto, RequestVoteReplyProto> call,
        RequestVoteReplyProto answer) {
      this.call = call;
      this.answer = answer;
    }

    @Override
    public void onMessage(RequestVoteRequestProto request) {
      call.sendMessage(answer);
    }
  }
}
