package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.peer.AgedCard;
import io.relaykv.protocol.peer.CardDeck;
import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.server.raft.NodeCards.Acquaintance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnknownFieldSet;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.junit.jupiter.api.Test;

class NodeCardsTest {
  private static final NodeCard ONE = card("n1", 100);
  private static final NodeCard TWO = card("n2", 90);
  private static final NodeCard THREE = card("n3", 80);
  private static final AppendEntriesReplyProto ANSWER =
      AppendEntriesReplyProto.newBuilder().setMatchIndex(7).build();
  private static final AppendEntriesRequestProto APPEND =
      AppendEntriesRequestProto.newBuilder().setLeaderTerm(3).build();

  private long nowNanos = Long.MAX_VALUE - 1;
  private final NodeCards leader = new NodeCards("n1", () -> nowNanos);
  private final NodeCards follower = new NodeCards("n2", () -> nowNanos);

  @Test
  void aFollowerTellsItsLeaderOnceASecond() {
    follower.tell(TWO);

    leader.answered("n2", answerOf(follower));

    assertThat(leader.of("n2")).hasValue(new Acquaintance(TWO, Duration.ZERO));
    passes(999);
    assertThat(answerOf(follower)).isSameAs(ANSWER);
    assertThat(leader.of("n2")).hasValue(new Acquaintance(TWO, Duration.ofMillis(999)));
    passes(1);
    assertThat(NodeCardField.card(answerOf(follower))).hasValue(TWO);
  }

  @Test
  void whatAFollowerSaysNextIsWhatItHasNotSaidYet() {
    leader.answered("n2", NodeCardField.put(ANSWER, TWO));

    CompletableFuture<NodeCard> next = leader.next("n2");
    assertThat(next).isNotDone();
    leader.answered("n3", NodeCardField.put(ANSWER, THREE));
    assertThat(next).isNotDone();

    NodeCard later = card("n2", 95);
    leader.answered("n2", NodeCardField.put(ANSWER, later));
    assertThat(next).isCompletedWithValue(later);
    assertThat(leader.next("n2")).isNotDone();
  }

  /** Another node may pass on what it said before it was started in another version. */
  @Test
  void whatIsPassedOnIsNotSaidByTheFollower() {
    CompletableFuture<NodeCard> next = leader.next("n2");
    NodeCards third = new NodeCards("n3", () -> nowNanos);
    third.tell(THREE);
    third.answered("n2", NodeCardField.put(ANSWER, TWO));

    hears(leader, third.withAll("n1", APPEND));

    assertThat(leader.of("n2")).isPresent();
    assertThat(next).isNotDone();
  }

  @Test
  void whatRatisSaysStays() {
    follower.tell(TWO);
    assertThat(answerOf(follower).getMatchIndex()).isEqualTo(7);
    leader.tell(ONE);
    assertThat(leader.withAll("n2", APPEND).getLeaderTerm()).isEqualTo(3);
  }

  @Test
  void whoHasNothingToTellTellsNothing() {
    leader.answered("n2", answerOf(follower));
    hears(follower, leader.withAll("n2", APPEND));

    assertThat(answerOf(follower)).isSameAs(ANSWER);
    assertThat(leader.of("n2")).isEmpty();
    assertThat(follower.of("n1")).isEmpty();
  }

  @Test
  void theLeaderPassesOnWhatItHasWithItsAge() {
    leader.tell(ONE);
    leader.answered("n3", NodeCardField.put(ANSWER, THREE));
    passes(5000);

    hears(follower, leader.withAll("n2", APPEND));

    assertThat(follower.of("n1")).hasValue(new Acquaintance(ONE, Duration.ZERO));
    assertThat(follower.of("n3")).hasValue(new Acquaintance(THREE, Duration.ofSeconds(5)));
    passes(2000);
    assertThat(follower.of("n3")).hasValue(new Acquaintance(THREE, Duration.ofSeconds(7)));
  }

  @Test
  void theLeaderTellsEachFollowerOnceASecond() {
    leader.tell(ONE);
    assertThat(leader.withAll("n2", APPEND)).isNotSameAs(APPEND);
    assertThat(leader.withAll("n2", APPEND)).isSameAs(APPEND);
    assertThat(leader.withAll("n3", APPEND)).isNotSameAs(APPEND);
    passes(1000);
    assertThat(leader.withAll("n2", APPEND)).isNotSameAs(APPEND);
  }

  @Test
  void ofItselfANodeIsToldNothing() {
    leader.tell(ONE);
    leader.answered("n2", NodeCardField.put(ANSWER, TWO));
    hears(follower, leader.withAll("n2", APPEND));

    assertThat(follower.of("n2")).isEmpty();
  }

  @Test
  void whoAsksForAVoteIsUp() {
    asksForVote(follower, "n3");
    assertThat(follower.of("n3"))
        .hasValue(new Acquaintance(NodeCard.getDefaultInstance(), Duration.ZERO));

    leader.tell(ONE);
    hears(follower, leader.withAll("n2", APPEND));
    passes(9000);
    asksForVote(follower, "n1");

    assertThat(follower.of("n1"))
        .as("what it said last stays")
        .hasValue(new Acquaintance(ONE, Duration.ZERO));
  }

  @Test
  void olderNewsThanThereIsChangesNothing() {
    hears(follower, deck(THREE, 100));
    hears(follower, deck(card("n3", 1), 5000));
    assertThat(follower.of("n3")).hasValue(new Acquaintance(THREE, Duration.ofMillis(100)));

    asksForVote(follower, "n4");
    hears(follower, deck(card("n4", 6), 300));
    assertThat(follower.of("n4"))
        .as("nothing else is known of it")
        .hasValue(new Acquaintance(card("n4", 6), Duration.ZERO));
  }

  @Test
  void aFollowerSpeaksForItselfAlone() {
    leader.answered("n2", NodeCardField.put(ANSWER, THREE));

    assertThat(leader.of("n3")).isEmpty();
    assertThat(leader.of("n2")).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNotLookedAt() {
    UnknownFieldSet garbage =
        UnknownFieldSet.newBuilder()
            .addField(
                7402,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("\u0001\u0002\u0003"))
                    .build())
            .build();

    leader.answered("n2", ANSWER.toBuilder().setUnknownFields(garbage).build());
    hears(follower, APPEND.toBuilder().setUnknownFields(garbage).build());

    assertThat(leader.of("n2")).isEmpty();
  }

  @Test
  void strangersCannotFillTheMemory() {
    for (int i = 0; i < 200; i++) {
      asksForVote(follower, "x" + i);
    }
    asksForVote(follower, "y".repeat(64));
    hears(follower, deck(THREE.toBuilder().setVersion("9".repeat(1000)).build(), 0));

    assertThat(follower.of("x0")).isPresent();
    assertThat(follower.of("x199")).isEmpty();
    assertThat(follower.of("y".repeat(64))).isEmpty();
    NodeCards other = new NodeCards("n2", () -> nowNanos);
    hears(other, deck(THREE.toBuilder().setVersion("9".repeat(1000)).build(), 0));
    assertThat(other.of("n3").orElseThrow().card().getVersion()).hasSize(64);
  }

  private static NodeCard card(String id, long applied) {
    return NodeCard.newBuilder()
        .setNodeId(id)
        .setVersion("1.2.3")
        .setAppliedIndex(applied)
        .setDiskFreeBytes(1)
        .setDiskTotalBytes(2)
        .build();
  }

  private static AppendEntriesRequestProto deck(NodeCard card, long ageMs) {
    return NodeCardField.put(
        APPEND,
        CardDeck.newBuilder()
            .addCards(AgedCard.newBuilder().setCard(card).setAgeMs(ageMs))
            .build());
  }

  private void passes(long ms) {
    nowNanos += Duration.ofMillis(ms).toNanos();
  }

  /** What leaves the node when Ratis has answered an append. */
  private static AppendEntriesReplyProto answerOf(NodeCards node) {
    FakePeerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> stream =
        FakePeerCall.appendEntries();
    node.begin(
        stream,
        call -> {
          call.sendMessage(ANSWER);
          return new ServerCall.Listener<>() {};
        });
    return (AppendEntriesReplyProto) stream.sent().get(0);
  }

  private static void hears(NodeCards node, AppendEntriesRequestProto append) {
    FakePeerCall<AppendEntriesRequestProto, AppendEntriesReplyProto> stream =
        FakePeerCall.appendEntries();
    node.begin(stream, call -> new ServerCall.Listener<>() {}).onMessage(append);
  }

  private static void asksForVote(NodeCards node, String candidate) {
    FakePeerCall<RequestVoteRequestProto, RequestVoteReplyProto> call = FakePeerCall.requestVote();
    node.begin(call, answering -> new ServerCall.Listener<RequestVoteRequestProto>() {})
        .onMessage(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(
                    RaftRpcRequestProto.newBuilder()
                        .setRequestorId(ByteString.copyFromUtf8(candidate)))
                .build());
  }
}
