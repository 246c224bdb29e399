package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadQueueTest {
  private final FakeOut out = new FakeOut();
  private final List<CompletableFuture<Void>> barriers = new ArrayList<>();
  private final Queue<Runnable> readThreads = new ArrayDeque<>();
  private final ReadQueue reads =
      new ReadQueue(
          this::barrier,
          ReadQueueTest::read,
          out,
          new ReplyQueue(out, Leader::getDefaultInstance),
          readThreads::add);

  private boolean passesAtOnce;

  @Test
  void readsOnlyBehindTheBarrier() {
    reads.add(List.of(get(1), get(2)));
    runReadThreads();
    assertThat(out.ids()).isEmpty();

    barriers.get(0).complete(null);
    assertThat(out.ids()).as("the network thread of Ratis does not read").isEmpty();

    runReadThreads();
    assertThat(out.ids()).containsExactly(1L, 2L);
  }

  @Test
  void readsAtOnceWhereTheBarrierIsPassedUnlessKeysAreListed() {
    passesAtOnce = true;

    reads.add(List.of(get(1)));
    assertThat(out.ids()).containsExactly(1L);

    reads.add(List.of(Request.newBuilder().setId(2).setKeys(Keys.getDefaultInstance()).build()));
    assertThat(out.ids()).containsExactly(1L);
    runReadThreads();
    assertThat(out.ids()).containsExactly(1L, 2L);
  }

  @Test
  void aBarrierThatFailsAnswersItsReadsAndNoOthers() {
    reads.add(List.of(get(1), get(2)));
    reads.add(List.of(get(3)));

    barriers.get(0).completeExceptionally(new IllegalStateException("no majority"));
    runReadThreads();

    assertThat(out.responses())
        .extracting(response -> response.getFailure().getCode())
        .containsExactly(Failure.Code.UNAVAILABLE, Failure.Code.UNAVAILABLE);
    assertThat(out.ids()).containsExactly(1L, 2L);

    barriers.get(1).complete(null);
    runReadThreads();
    assertThat(out.ids()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aReadThatFailsDoesNotKeepTheOthersWaiting() {
    passesAtOnce = true;

    reads.add(
        List.of(
            get(1),
            Request.newBuilder().setId(2).setGet(Get.newBuilder().setKey("broken")).build(),
            get(3)));
    reads.add(List.of(get(4)));

    assertThat(out.ids()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(out.responses().get(1).getFailure().getCode()).isEqualTo(Failure.Code.UNAVAILABLE);
  }

  @Test
  void readsNothingWhileTheClientDoesNotTakeIt() {
    passesAtOnce = true;
    out.ready(false);
    reads.add(List.of(get(1)));
    assertThat(out.ids()).isEmpty();

    out.ready(true);
    reads.resume();
    runReadThreads();
    assertThat(out.ids()).containsExactly(1L);
  }

  @Test
  void isFullWhileManyReadsWaitForTheirBarrier() {
    AtomicInteger resumed = new AtomicInteger();
    reads.add(gets(10_000));
    assertThat(reads.isFull(resumed::incrementAndGet)).isFalse();
    reads.add(gets(10_000));
    assertThat(reads.isFull(resumed::incrementAndGet)).isTrue();

    barriers.get(0).complete(null);
    runReadThreads();

    assertThat(resumed).hasValue(1);
    assertThat(reads.isFull(resumed::incrementAndGet)).isFalse();
  }

  @Test
  void isFullWhileManyReadsWaitForTheClientToTakeTheAnswers() {
    AtomicInteger resumed = new AtomicInteger();
    passesAtOnce = true;
    out.ready(false);
    reads.add(gets(20_000));
    assertThat(reads.isFull(resumed::incrementAndGet)).isTrue();

    out.ready(true);
    reads.resume();
    runReadThreads();

    assertThat(resumed).hasValue(1);
  }

  private CompletableFuture<Void> barrier() {
    CompletableFuture<Void> barrier = new CompletableFuture<>();
    barriers.add(barrier);
    if (passesAtOnce) {
      barrier.complete(null);
    }
    return barrier;
  }

  private static Response read(Request request) {
    if (request.getGet().getKey().equals("broken")) {
      throw new IllegalStateException("cannot be read");
    }
    return Response.newBuilder().setId(request.getId()).setValue(ByteString.EMPTY).build();
  }

  private void runReadThreads() {
    for (Runnable task = readThreads.poll(); task != null; task = readThreads.poll()) {
      task.run();
    }
  }

  private static List<Request> gets(int count) {
    return LongStream.range(0, count).mapToObj(ReadQueueTest::get).toList();
  }

  private static Request get(long id) {
    return Request.newBuilder().setId(id).setGet(Get.newBuilder().setKey("k")).build();
  }
}
