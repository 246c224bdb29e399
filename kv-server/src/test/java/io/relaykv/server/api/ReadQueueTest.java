package io.relaykv.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.server.raft.FakeLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadQueueTest {
  private final CountedOperations operations = new CountedOperations();
  private final FakeOut out = new FakeOut();
  private final List<CompletableFuture<Void>> barriers = new ArrayList<>();
  private final Queue<Runnable> readThreads = new ArrayDeque<>();
  private final Queue<Runnable> listingThreads = new ArrayDeque<>();
  private final List<String> listed = new ArrayList<>();
  private final FairExecutor listings = new FairExecutor(listingThreads::add);
  private final ReadQueue reads = newQueue(out, 1);

  private boolean passesAtOnce;
  private int brokenOnesRead;

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

    reads.add(List.of(keys(2, "")));
    runReadThreads();
    assertThat(out.ids()).containsExactly(1L);
    runListingThreads();
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
  void whatHasWaitedForItsClientIsNotReadWhenAnotherNodeLeads() {
    out.ready(false);
    reads.add(List.of(get(1), get(2)));
    barriers.get(0).complete(null);
    runReadThreads();

    out.ready(true);
    reads.resume();
    reads.add(List.of(get(3)));
    assertThat(out.ids()).isEmpty();
    barriers.get(1).completeExceptionally(FakeLog.notLeading());
    runReadThreads();
    assertThat(out.responses())
        .hasSize(2)
        .allMatch(response -> response.getFailure().getCode() == Failure.Code.NOT_LEADER);

    barriers.get(2).complete(null);
    runReadThreads();
    assertThat(out.ids()).as("what came later passes by its own").containsExactly(1L, 2L, 3L);
    assertThat(out.responses().get(2).hasFailure()).isFalse();
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

  @Test
  void listingsDoNotHoldUpTheGetsOfTheirFrame() {
    passesAtOnce = true;

    reads.add(List.of(keys(1, ""), get(2), keys(3, "")));

    assertThat(out.ids()).containsExactly(2L);
    runListingThreads();
    assertThat(out.ids()).containsExactly(2L, 1L, 3L);
  }

  @Test
  void isFullFromFewListingsOn() {
    AtomicInteger resumed = new AtomicInteger();
    passesAtOnce = true;
    reads.add(listings(63));
    assertThat(reads.isFull(resumed::incrementAndGet)).isFalse();
    reads.add(listings(1));
    assertThat(reads.isFull(resumed::incrementAndGet)).isTrue();

    runListingThreads();

    assertThat(resumed).hasValue(1);
  }

  @Test
  void leavesTheThreadToOthersAfterEachTurn() {
    FakeOut otherOut = new FakeOut();
    ReadQueue other = newQueue(otherOut, 1);
    reads.add(gets(10_000));
    other.add(List.of(get(1)));
    barriers.forEach(barrier -> barrier.complete(null));

    readThreads.remove().run();
    assertThat(out.ids()).hasSize(512);
    readThreads.remove().run();
    assertThat(otherOut.ids()).containsExactly(1L);

    runReadThreads();
    assertThat(out.ids()).isEqualTo(LongStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void doesNotKeepTheNetworkThreadForAllOfManyGets() {
    passesAtOnce = true;

    reads.add(gets(10_000));

    assertThat(out.ids()).hasSize(512);
    runReadThreads();
    assertThat(out.ids()).isEqualTo(LongStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void fiftyStreamsThatListKeepNoOtherAccountWaiting() {
    passesAtOnce = true;
    for (int stream = 0; stream < 50; stream++) {
      newQueue(new FakeOut(), 1).add(listings(64));
    }
    listingThreads.remove().run();
    listingThreads.remove().run();

    FakeOut quietOut = new FakeOut();
    ReadQueue quiet = newQueue(quietOut, 2);
    int before = listed.size();
    quiet.add(List.of(keys(1, "quiet"), get(2)));
    assertThat(quietOut.ids()).as("the get").containsExactly(2L);
    while (!quietOut.ids().contains(1L)) {
      listingThreads.remove().run();
    }

    assertThat(listed.size() - before).as("pages read, with the quiet one").isLessThan(3);
    runListingThreads();
    assertThat(listed).hasSize(50 * 64 + 1);
  }

  @Test
  void dropsWhatAClientThatIsGoneHasAskedFor() {
    passesAtOnce = true;
    reads.add(listings(10));
    listingThreads.remove().run();
    assertThat(listed).hasSize(1);

    out.cancel();
    runListingThreads();
    assertThat(listed).hasSize(1);

    passesAtOnce = false;
    reads.add(listings(10));
    barriers.get(barriers.size() - 1).complete(null);
    runListingThreads();
    assertThat(listed).as("nor what passes its barrier later").hasSize(1);
  }

  @Test
  void stopsInTheMiddleOfATurnWhenTheClientGoes() {
    passesAtOnce = true;

    reads.add(
        List.of(
            Request.newBuilder().setId(1).setGet(Get.newBuilder().setKey("leave")).build(),
            Request.newBuilder().setId(2).setGet(Get.newBuilder().setKey("broken")).build()));

    assertThat(brokenOnesRead).isZero();
    assertThat(out.responses()).isEmpty();
  }

  @Test
  void eachReadIsTimedFromTheArrivalOfItsFrame() {
    reads.add(List.of(get(1), get(2)));
    operations.passes(Duration.ofMillis(30));
    reads.add(List.of(get(3)));
    operations.passes(Duration.ofMillis(20));

    barriers.get(1).complete(null);
    runReadThreads();
    assertThat(operations.counted("get", "ok")).isEqualTo(1);
    assertThat(operations.longest("get")).isBetween(Duration.ofMillis(19), Duration.ofMillis(21));

    barriers.get(0).complete(null);
    runReadThreads();
    assertThat(operations.counted("get", "ok")).isEqualTo(3);
    assertThat(operations.timed("get")).isEqualTo(3);
    assertThat(operations.longest("get")).isBetween(Duration.ofMillis(49), Duration.ofMillis(51));
  }

  @Test
  void readsThatDoNotPassAreCountedToo() {
    reads.add(List.of(get(1), get(2)));
    barriers.get(0).completeExceptionally(FakeLog.notLeading());
    runReadThreads();

    assertThat(operations.counted("get", "not_leader")).isEqualTo(2);
    assertThat(operations.timed("get")).isZero();
  }

  private ReadQueue newQueue(FakeOut to, long account) {
    return new ReadQueue(
        this::barrier,
        this::read,
        to,
        new ReplyQueue(to, Leader::getDefaultInstance),
        operations.metrics(),
        readThreads::add,
        listings.of(account));
  }

  private CompletableFuture<Void> barrier() {
    CompletableFuture<Void> barrier = new CompletableFuture<>();
    barriers.add(barrier);
    if (passesAtOnce) {
      barrier.complete(null);
    }
    return barrier;
  }

  private Response read(Request request) {
    if (request.getGet().getKey().equals("broken")) {
      brokenOnesRead++;
      throw new IllegalStateException("cannot be read");
    }
    if (request.getGet().getKey().equals("leave")) {
      out.cancel();
    }
    if (request.hasKeys()) {
      listed.add(request.getKeys().getPrefix());
    }
    return Response.newBuilder().setId(request.getId()).setValue(ByteString.EMPTY).build();
  }

  private void runReadThreads() {
    runAll(readThreads);
  }

  private void runListingThreads() {
    runAll(listingThreads);
  }

  private static void runAll(Queue<Runnable> threads) {
    for (Runnable task = threads.poll(); task != null; task = threads.poll()) {
      task.run();
    }
  }

  private static List<Request> listings(int count) {
    return LongStream.range(0, count).mapToObj(id -> keys(id, "")).toList();
  }

  private static Request keys(long id, String prefix) {
    return Request.newBuilder().setId(id).setKeys(Keys.newBuilder().setPrefix(prefix)).build();
  }

  private static List<Request> gets(int count) {
    return LongStream.range(0, count).mapToObj(ReadQueueTest::get).toList();
  }

  private static Request get(long id) {
    return Request.newBuilder().setId(id).setGet(Get.newBuilder().setKey("k")).build();
  }
}
