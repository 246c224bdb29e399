package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplyQueueTest {
  private static final Leader LEADER = Leader.newBuilder().setNodeId("n2").build();

  private final FakeOut out = new FakeOut();

  @Test
  void sendsAtOnceWhatNobodyElseIsSending() {
    ReplyQueue replies = new ReplyQueue(out, () -> LEADER);

    replies.send(List.of(response(1), response(2)));
    replies.send(List.of(response(3)));

    assertThat(out.frames()).extracting(ServerFrame::getResponsesCount).containsExactly(2, 1);
    assertThat(out.frames()).noneMatch(ServerFrame::hasLeader);
  }

  @Test
  void makesOneFrameOfWhatGathersWhileAnotherIsSent() {
    Reentrant leader = new Reentrant();
    ReplyQueue replies = new ReplyQueue(out, leader);
    leader.meanwhile =
        () -> {
          replies.send(List.of(response(2)));
          replies.send(List.of(response(3)));
        };

    replies.sendWithLeader(List.of(response(1)));

    assertThat(out.frames()).extracting(ServerFrame::getResponsesCount).containsExactly(1, 2);
    assertThat(out.frames().get(0).getLeader()).isEqualTo(LEADER);
    assertThat(out.ids()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aPingIsAnsweredWithTheLeaderAlone() {
    new ReplyQueue(out, () -> LEADER).sendWithLeader(List.of());

    assertThat(out.frames()).containsExactly(ServerFrame.newBuilder().setLeader(LEADER).build());
  }

  @Test
  void startsAnotherFrameAtOneMebibyte() {
    ReplyQueue replies = new ReplyQueue(out, () -> LEADER);

    replies.send(LongStream.range(0, 10).mapToObj(id -> response(id, 300 << 10)).toList());

    assertThat(out.frames()).extracting(ServerFrame::getResponsesCount).containsExactly(3, 3, 3, 1);
    assertThat(out.ids()).isEqualTo(LongStream.range(0, 10).boxed().toList());
  }

  @Test
  void theLargestValueFitsIntoAFrameOfItsOwn() {
    ReplyQueue replies = new ReplyQueue(out, () -> LEADER);

    replies.send(List.of(response(1), response(2, Limits.MAX_VALUE_BYTES), response(3)));

    assertThat(out.frames()).extracting(ServerFrame::getResponsesCount).containsExactly(1, 1, 1);
    assertThat(out.frames()).allMatch(frame -> frame.getSerializedSize() < Limits.MAX_FRAME_BYTES);
  }

  @Test
  void endsOnlyBehindEverythingAddedBefore() {
    Reentrant leader = new Reentrant();
    ReplyQueue replies = new ReplyQueue(out, leader);
    leader.meanwhile =
        () -> {
          replies.send(List.of(response(2, 1 << 20), response(3, 1 << 20)));
          replies.end(Status.OK);
        };

    replies.sendWithLeader(List.of(response(1)));

    assertThat(out.ids()).containsExactly(1L, 2L, 3L);
    assertThat(out.end()).isEqualTo(Status.OK);
  }

  @Test
  void sendsNothingBehindTheEnd() {
    ReplyQueue replies = new ReplyQueue(out, () -> LEADER);

    replies.end(Status.INVALID_ARGUMENT);
    replies.send(List.of(response(1)));
    replies.sendWithLeader(List.of());
    replies.end(Status.OK);

    assertThat(out.frames()).isEmpty();
    assertThat(out.end()).isEqualTo(Status.INVALID_ARGUMENT);
  }

  @Test
  void losesNothingThatEightThreadsSend() {
    ReplyQueue replies = new ReplyQueue(out, () -> LEADER);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    int each = 5_000;
    try {
      for (int thread = 0; thread < 8; thread++) {
        int first = thread * each;
        threads.execute(
            () ->
                IntStream.range(first, first + each)
                    .forEach(id -> replies.send(List.of(response(id)))));
      }
      await("all responses")
          .atMost(Duration.ofSeconds(20))
          .until(() -> out.ids().size() >= 8 * each);
    } finally {
      threads.shutdownNow();
    }

    for (int thread = 0; thread < 8; thread++) {
      int first = thread * each;
      assertThat(out.ids().stream().filter(id -> id >= first && id < first + each))
          .as("thread %d in order", thread)
          .isEqualTo(LongStream.range(first, first + each).boxed().toList());
    }
  }

  @Test
  void aStreamThatCannotBeAnsweredIsEndedAndNotLeftSilent() {
    ReplyQueue replies =
        new ReplyQueue(
            out,
            () -> {
              throw new IllegalStateException("no leader can be made out");
            });

    replies.sendWithLeader(List.of(response(1)));
    replies.send(List.of(response(2)));

    assertThat(out.frames()).isEmpty();
    assertThat(out.end()).isNotNull().extracting(Status::getCode).isEqualTo(Status.Code.INTERNAL);
  }

  private static Response response(long id) {
    return response(id, 1);
  }

  private static Response response(long id, int bytes) {
    return Response.newBuilder().setId(id).setValue(ByteString.copyFrom(new byte[bytes])).build();
  }

  /** Stands for what other threads do while one of them sends. */
  private static final class Reentrant implements Supplier<Leader> {
    private Runnable meanwhile = () -> {};

    @Override
    public Leader get() {
      Runnable once = meanwhile;
      meanwhile = () -> {};
      once.run();
      return LEADER;
    }
  }
}
