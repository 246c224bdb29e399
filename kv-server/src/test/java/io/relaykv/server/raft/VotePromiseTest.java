package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.junit.jupiter.api.Test;

/** The part of a follower: when it may vote, and what it says in its answers to appends. */
class VotePromiseTest {
  private static final Duration LENGTH = Duration.ofSeconds(1);

  private long nanos = Long.MAX_VALUE - 100;
  private long term = 4;
  private boolean leads;
  private int decided;
  private final VotePromise promise = started();

  private VotePromise started() {
    VotePromise made = new VotePromise(LENGTH, () -> nanos, LeaseMetrics.of("promise-test"));
    made.attach(Partial.of(RaftServer.Division.class, new FakeDivision()));
    return made;
  }

  final class FakeDivision {
    DivisionInfo getInfo() {
      return Partial.of(DivisionInfo.class, new Info());
    }
  }

  final class Info {
    long getCurrentTerm() {
      return term;
    }

    boolean isLeader() {
      return leads;
    }
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private void passTheStart() {
    pass(LENGTH);
  }

  @Test
  void noVoteForAnotherWithinThePromise() {
    passTheStart();
    promise.heard(append("n1", 4));
    pass(LENGTH.minusNanos(1));
    assertThat(votes("n2", 5)).isFalse();
    assertThat(votes("n1", 5)).as("for the leader itself").isTrue();

    promise.heard(append("n1", 4));
    pass(LENGTH);
    assertThat(votes("n2", 5)).isTrue();
  }

  @Test
  void preliminaryVotesAreLeftToRatis() {
    passTheStart();
    promise.heard(append("n1", 4));

    assertThat(
            promise.vote(
                RequestVoteRequestProto.newBuilder().setPreVote(true).build(), () -> decided++))
        .isEmpty();
    assertThat(decided).isEqualTo(1);
  }

  @Test
  void aNodeThatHasJustStartedKeepsWhatItMayHavePromised() {
    pass(LENGTH.minusNanos(1));
    assertThat(votes("n2", 5)).isFalse();

    pass(Duration.ofNanos(1));
    assertThat(votes("n2", 5)).isTrue();
  }

  @Test
  void aLeaderMayVote() {
    passTheStart();
    promise.heard(append("n1", 4));
    leads = true;

    assertThat(votes("n2", 5)).isTrue();
  }

  @Test
  void anAppendOfALeaderThatWasDeposedBindsNobody() {
    passTheStart();
    promise.heard(append("n1", 3));

    assertThat(votes("n2", 5)).isTrue();
  }

  @Test
  void answersOfAFollowerCarryThePromise() {
    promise.heard(append("n1", 4));

    assertThat(promised(answer(AppendResult.SUCCESS, 4))).isEqualTo(LENGTH);
    assertThat(promised(answer(AppendResult.INCONSISTENCY, 4))).isEqualTo(LENGTH);
    assertThat(promised(answer(AppendResult.NOT_LEADER, 4))).isZero();
  }

  @Test
  void noPromiseIsMadeWhileRatisDecidesAboutAVoteInAHigherTerm() {
    passTheStart();

    assertThat(
            promise.vote(
                vote("n2", 5),
                () -> {
                  promise.heard(append("n1", 4));
                  assertThat(promised(answer(AppendResult.SUCCESS, 4))).isZero();
                  assertThat(promised(answer(AppendResult.SUCCESS, 5)))
                      .as("in the term of the vote")
                      .isEqualTo(LENGTH);
                }))
        .isEmpty();

    assertThat(promised(answer(AppendResult.SUCCESS, 4)))
        .as("when Ratis has stayed in its term")
        .isEqualTo(LENGTH);
    assertThat(votes("n2", 5)).as("as it has promised again").isFalse();
  }

  @Test
  void noPromiseIsMadeInATermThatIsOver() {
    passTheStart();
    promise.heard(append("n1", 4));
    pass(LENGTH);

    assertThat(promise.vote(vote("n2", 5), () -> term = 5)).isEmpty();

    assertThat(promised(answer(AppendResult.SUCCESS, 4))).isZero();
  }

  @Test
  void theSecondOfTwoVotesThatAreDecidedAtOnceKeepsPromisesBack() {
    passTheStart();

    assertThat(
            promise.vote(
                vote("n2", 6),
                () -> {
                  assertThat(votes("n3", 5)).isTrue();
                  promise.heard(append("n1", 4));
                  assertThat(promised(answer(AppendResult.SUCCESS, 4))).isZero();
                }))
        .isEmpty();
  }

  @Test
  void aNodeStandsForElectionAtOnceOnlyIfItsLeaderHasGivenThePromiseBack() {
    passTheStart();
    assertThat(stands("n1")).as("before it has heard of anybody").isFalse();

    promise.heard(append("n1", 4));
    assertThat(stands("n1")).isFalse();

    promise.heard(inTurn(1));
    assertThat(stands("n3")).as("for somebody else").isFalse();
    assertThat(stands("n1")).isTrue();
    assertThat(votes("n2", 5)).as("others may be voted for").isTrue();

    promise.heard(inTurn(2));
    assertThat(stands("n1")).as("when the request comes late").isFalse();
  }

  @Test
  void whatWasOvertakenByALaterTurnOfItsLeaderCountsNoMore() {
    passTheStart();
    promise.heard(inTurn(2));
    promise.heard(inTurn(1));
    assertThat(votes("n2", 5)).isFalse();

    promise.heard(inTurn(3));
    promise.heard(inTurn(2));
    assertThat(votes("n2", 5)).isTrue();

    term = 5;
    promise.heard(append("n1", 5));
    assertThat(votes("n2", 6)).as("the same leader begins anew in another term").isFalse();
    promise.heard(PromiseField.inTurn(append("n3", 5), 1));
    assertThat(votes("n2", 6)).as("another leader counts for itself").isTrue();
  }

  private static AppendEntriesRequestProto inTurn(long turn) {
    return PromiseField.inTurn(append("n1", 4), turn);
  }

  @Test
  void noPromiseIsMadeWhileRatisBeginsAnElection() {
    promise.heard(inTurn(1));

    assertThat(
            promise.startElection(
                election("n1"),
                () -> {
                  promise.heard(inTurn(2));
                  assertThat(promised(answer(AppendResult.SUCCESS, 4))).isZero();
                  term = 5;
                }))
        .isEmpty();

    assertThat(promised(answer(AppendResult.SUCCESS, 4))).isZero();
  }

  @Test
  void theFieldSurvivesTheWire() throws InvalidProtocolBufferException {
    AppendEntriesReplyProto reply =
        AppendEntriesReplyProto.parseFrom(
            PromiseField.promise(
                    AppendEntriesReplyProto.newBuilder().setTerm(7).build(), Duration.ofMillis(400))
                .toByteString());
    AppendEntriesRequestProto request =
        AppendEntriesRequestProto.parseFrom(inTurn(3).toByteString());

    assertThat(reply.getTerm()).isEqualTo(7);
    assertThat(PromiseField.promised(reply)).isEqualTo(Duration.ofMillis(400));
    assertThat(PromiseField.turn(request)).isEqualTo(3);
    assertThat(PromiseField.isRelease(3)).isTrue();
    assertThat(PromiseField.turn(append("n1", 4))).isZero();
    assertThat(PromiseField.isRelease(0)).isFalse();
  }

  private boolean votes(String candidate, long candidateTerm) {
    int before = decided;
    Optional<String> refusal = promise.vote(vote(candidate, candidateTerm), () -> decided++);
    assertThat(refusal.isEmpty()).isEqualTo(decided == before + 1);
    return refusal.isEmpty();
  }

  private boolean stands(String leader) {
    return promise.startElection(election(leader), () -> decided++).isEmpty();
  }

  private AppendEntriesReplyProto answer(AppendResult result, long inTerm) {
    return promise.answer(
        AppendEntriesReplyProto.newBuilder().setResult(result).setTerm(inTerm).build());
  }

  private static Duration promised(AppendEntriesReplyProto reply) {
    return PromiseField.promised(reply);
  }

  private static AppendEntriesRequestProto append(String leader, long leaderTerm) {
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(from(leader))
        .setLeaderTerm(leaderTerm)
        .build();
  }

  private static RequestVoteRequestProto vote(String candidate, long candidateTerm) {
    return RequestVoteRequestProto.newBuilder()
        .setServerRequest(from(candidate))
        .setCandidateTerm(candidateTerm)
        .build();
  }

  private static StartLeaderElectionRequestProto election(String leader) {
    return StartLeaderElectionRequestProto.newBuilder().setServerRequest(from(leader)).build();
  }

  private static RaftRpcRequestProto from(String id) {
    return RaftRpcRequestProto.newBuilder().setRequestorId(ByteString.copyFromUtf8(id)).build();
  }
}
