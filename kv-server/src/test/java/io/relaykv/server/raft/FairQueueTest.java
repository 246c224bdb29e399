package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final long NOISY = 1;
  private static final long QUIET = 2;
  private static final long OTHER = 3;

  /** What a small write counts for. */
  private static final int SMALL = write(NOISY, 1, 1).sizeBytes();

  private final List<String> resumed = new ArrayList<>();

  @Test
  void oneAccountHasTheWholeEntryInOrder() {
    FairQueue queue = new FairQueue(entries(512, 1 << 20));
    queue.add(writes(NOISY, 1, 1000));

    assertThat(sequences(queue.take(), NOISY)).isEqualTo(numbers(1, 512));
    assertThat(sequences(queue.take(), NOISY)).isEqualTo(numbers(513, 1000));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aQuietAccountIsInTheNextEntryHoweverMuchANoisyOneHasWaiting() {
    FairQueue queue = new FairQueue(entries(512, 1 << 20));
    queue.add(writes(NOISY, 1, 10_000));
    queue.take();

    queue.add(writes(QUIET, 1, 1));
    List<PendingWrite> entry = queue.take();

    assertThat(sequences(entry, QUIET)).containsExactly(1L);
    assertThat(entry).as("and the noisy one has the rest").hasSize(512);
  }

  @Test
  void thoseWithMuchWaitingHaveEqualPartsOfEachEntry() {
    FairQueue queue = new FairQueue(entries(90, 1 << 20));
    queue.add(writes(NOISY, 1, 9_000));
    queue.add(writes(QUIET, 1, 1_000));
    queue.add(writes(OTHER, 1, 100));

    for (int round = 0; round < 3; round++) {
      assertThat(counts(queue.take())).isEqualTo(Map.of(NOISY, 30L, QUIET, 30L, OTHER, 30L));
    }
    assertThat(counts(queue.take())).as("what one leaves").containsEntry(OTHER, 10L).hasSize(3);
    assertThat(counts(queue.take())).isEqualTo(Map.of(NOISY, 45L, QUIET, 45L));
  }

  @Test
  void eachAccountKeepsItsOrder() {
    FairQueue queue = new FairQueue(entries(7, 1 << 20));
    queue.add(writes(NOISY, 1, 50));
    queue.add(writes(QUIET, 1, 20));
    queue.add(writes(NOISY, 51, 60));
    List<PendingWrite> all = new ArrayList<>();
    while (!queue.isEmpty()) {
      all.addAll(queue.take());
    }

    assertThat(sequences(all, NOISY)).isEqualTo(numbers(1, 60));
    assertThat(sequences(all, QUIET)).isEqualTo(numbers(1, 20));
  }

  @Test
  void moreAccountsThanAnEntryHoldsAreAllServedInTurn() {
    FairQueue queue = new FairQueue(entries(10, 1 << 20));
    LongStream.rangeClosed(1, 25).forEach(account -> queue.add(writes(account, 1, 2)));

    List<PendingWrite> first = new ArrayList<>(queue.take());
    first.addAll(queue.take());
    first.addAll(queue.take().subList(0, 5));

    assertThat(counts(first)).hasSize(25).containsValue(1L).doesNotContainValue(2L);
  }

  @Test
  void largeWritesCountForWhatTheyAre() {
    int large = 40 * SMALL;
    FairQueue queue = new FairQueue(entries(1_000, 40 * SMALL));
    IntStream.rangeClosed(1, 200)
        .forEach(i -> queue.add(List.of(write(NOISY, i, large - SMALL + 1))));
    queue.add(writes(QUIET, 1, 2_000));

    long noisyBytes = 0;
    long quietBytes = 0;
    for (int entry = 0; entry < 40; entry++) {
      for (PendingWrite write : queue.take()) {
        if (write.source().accountId() == NOISY) {
          noisyBytes += write.sizeBytes();
        } else {
          quietBytes += write.sizeBytes();
        }
      }
    }
    assertThat((double) noisyBytes / quietBytes).isBetween(0.8, 1.25);
  }

  @Test
  void aWriteThatDoesNotFitBeginsTheNextEntry() {
    FairQueue queue = new FairQueue(entries(100, 10 * SMALL));
    queue.add(writes(NOISY, 1, 100));
    queue.add(List.of(write(QUIET, 1, 9 * SMALL)));

    assertThat(sequences(queue.take(), QUIET)).isEmpty();
    assertThat(queue.take().get(0).source().accountId()).isEqualTo(QUIET);
  }

  @Test
  void aWriteAboveTheLimitOfBytesIsAnEntryOfItsOwn() {
    FairQueue queue = new FairQueue(entries(100, 10 * SMALL));
    queue.add(List.of(write(NOISY, 1, 20 * SMALL), write(NOISY, 2, 1)));

    assertThat(sequences(queue.take(), NOISY)).containsExactly(1L);
    assertThat(sequences(queue.take(), NOISY)).containsExactly(2L);
  }

  @Test
  void whoHadNothingWaitingIsNotOwedTheTime() {
    FairQueue queue = new FairQueue(entries(100, 1 << 20));
    queue.add(writes(NOISY, 1, 10_000));
    IntStream.range(0, 50).forEach(i -> queue.ended(queue.take()));

    queue.add(writes(QUIET, 1, 1_000));
    queue.take();

    assertThat(counts(queue.take())).isEqualTo(Map.of(NOISY, 50L, QUIET, 50L));
  }

  @Test
  void anAccountThatComesAndGoesGetsNoMoreThanOneThatStays() {
    FairQueue queue = new FairQueue(entries(10, 1 << 20));
    queue.add(writes(NOISY, 1, 1_000));
    queue.add(writes(OTHER, 1, 1_000));
    int quiet = 0;
    for (int entry = 0; entry < 60; entry++) {
      if (quiet % 4 == 0) {
        queue.add(writes(QUIET, 1, 4));
      }
      List<PendingWrite> taken = queue.take();
      quiet += sequences(taken, QUIET).size();
      queue.ended(taken);
    }

    assertThat(quiet).as("of 600 in all").isLessThanOrEqualTo(202);
  }

  @Test
  void anAccountIsFullAtItsOwnBoundAndTheOthersAreNot() {
    FairQueue queue = new FairQueue(bounds(100, 1 << 20, 10, 1 << 20));
    queue.add(writes(NOISY, 1, 9));
    assertThat(queue.isFull(NOISY, () -> resumed.add("too early"))).isFalse();
    queue.add(writes(NOISY, 10, 10));

    assertThat(queue.isFull(NOISY, () -> resumed.add("noisy"))).isTrue();
    assertThat(queue.isFull(QUIET, () -> resumed.add("quiet"))).isFalse();
  }

  @Test
  void anAccountIsFullAtItsOwnBoundOfBytes() {
    FairQueue queue = new FairQueue(bounds(1_000, 1 << 20, 1_000, 10L * SMALL));
    queue.add(writes(NOISY, 1, 9));
    assertThat(queue.isFull(NOISY, () -> resumed.add("too early"))).isFalse();
    queue.add(writes(NOISY, 10, 10));

    assertThat(queue.isFull(NOISY, () -> resumed.add("noisy"))).isTrue();
  }

  @Test
  void whatIsInAnEntryCountsUntilTheEntryHasEnded() {
    FairQueue queue = new FairQueue(bounds(100, 1 << 20, 10, 1 << 20));
    queue.add(writes(NOISY, 1, 10));
    List<PendingWrite> entry = queue.take();

    assertThat(queue.isFull(NOISY, () -> resumed.add("noisy"))).isTrue();
    assertThat(queue.pendingOps()).isEqualTo(10);
    run(queue.ended(entry));

    assertThat(resumed).containsExactly("noisy");
    assertThat(queue.pendingOps()).isZero();
  }

  @Test
  void eachWhoWaitsIsResumedOnce() {
    FairQueue queue = new FairQueue(entriesAndAccountBound(5, 10));
    queue.add(writes(NOISY, 1, 20));
    assertThat(queue.isFull(NOISY, () -> resumed.add("first"))).isTrue();
    assertThat(queue.isFull(NOISY, () -> resumed.add("second"))).isTrue();

    run(queue.ended(queue.take()));
    run(queue.ended(queue.take()));
    assertThat(resumed).as("with 10 of 10 pending").isEmpty();
    run(queue.ended(queue.take()));
    assertThat(resumed).containsExactly("first", "second");
    queue.add(writes(NOISY, 21, 30));
    assertThat(queue.isFull(NOISY, () -> resumed.add("again"))).isTrue();
    run(queue.ended(queue.take()));
    run(queue.ended(queue.take()));
    assertThat(resumed).containsExactly("first", "second", "again");
  }

  @Test
  void anAccountWithLittlePendingHasRoomBeyondTheCommonBound() {
    FairQueue queue = new FairQueue(bounds(800, 1 << 20, 800, 1 << 20));
    queue.add(writes(NOISY, 1, 700));
    queue.add(writes(OTHER, 1, 100));

    assertThat(queue.isFull(NOISY, () -> resumed.add("noisy"))).isTrue();
    assertThat(queue.isFull(OTHER, () -> resumed.add("other"))).as("holds an eighth").isTrue();
    assertThat(queue.isFull(QUIET, () -> resumed.add("quiet"))).isFalse();
    queue.add(writes(QUIET, 1, 99));
    assertThat(queue.isFull(QUIET, () -> resumed.add("quiet"))).isFalse();
    queue.add(writes(QUIET, 100, 100));
    assertThat(queue.isFull(QUIET, () -> resumed.add("quiet"))).isTrue();
  }

  @Test
  void twiceTheCommonBoundIsTheEndForAll() {
    FairQueue queue = new FairQueue(bounds(800, 1 << 20, 800, 1 << 20));
    LongStream.rangeClosed(1, 32).forEach(account -> queue.add(writes(account, 1, 50)));

    assertThat(queue.isFull(99, () -> resumed.add("newcomer"))).isTrue();
    run(queue.ended(queue.take()));

    assertThat(resumed).containsExactly("newcomer");
  }

  @Test
  void thoseBelowTheirOwnBoundAreResumedWhenTheCommonRoomIsThere() {
    FairQueue queue = new FairQueue(bounds(40, 1 << 20, 30, 1 << 20));
    queue.add(writes(NOISY, 1, 30));
    queue.add(writes(QUIET, 1, 10));
    assertThat(queue.isFull(NOISY, () -> resumed.add("noisy"))).isTrue();
    assertThat(queue.isFull(QUIET, () -> resumed.add("quiet"))).isTrue();

    List<PendingWrite> entry = queue.take();
    run(queue.ended(sourced(entry, QUIET)));

    assertThat(resumed).containsExactly("quiet");
    run(queue.ended(sourced(entry, NOISY)));
    assertThat(resumed).containsExactly("quiet", "noisy");
  }

  private void run(List<Runnable> all) {
    all.forEach(Runnable::run);
  }

  private static List<PendingWrite> sourced(List<PendingWrite> all, long account) {
    return all.stream().filter(write -> write.source().accountId() == account).toList();
  }

  private static Map<Long, Long> counts(List<PendingWrite> entry) {
    return entry.stream()
        .map(write -> write.source().accountId())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private static List<Long> sequences(List<PendingWrite> entry, long account) {
    return sourced(entry, account).stream().map(PendingWrite::requestId).toList();
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static List<PendingWrite> writes(long account, long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(i -> write(account, i, 1)).toList();
  }

  /** A write whose number takes one byte, so that its size depends on the value alone. */
  private static PendingWrite write(long account, long requestId, int valueBytes) {
    return new PendingWrite(
        new SilentSource(account),
        requestId,
        Write.newBuilder()
            .setSequence(1)
            .setKey("k")
            .setPut(ByteString.copyFrom(new byte[valueBytes]))
            .build(),
        0);
  }

  private static WriteBatcher.Limits entries(int ops, int bytes) {
    return new WriteBatcher.Limits(ops, bytes, 1 << 20, 1L << 30, 1 << 20, 1L << 30);
  }

  private static WriteBatcher.Limits entriesAndAccountBound(int entryOps, int accountOps) {
    return new WriteBatcher.Limits(entryOps, 1 << 20, 1 << 20, 1L << 30, accountOps, 1L << 30);
  }

  private static WriteBatcher.Limits bounds(
      int ops, long bytes, int accountOps, long accountBytes) {
    return new WriteBatcher.Limits(512, 1 << 20, ops, bytes, accountOps, accountBytes);
  }

  private record SilentSource(long accountId) implements WriteSource {
    @Override
    public ByteString sessionId() {
      return ByteString.EMPTY;
    }

    @Override
    public long apiKeyId() {
      return 0;
    }

    @Override
    public long lowestUnanswered() {
      return 0;
    }

    @Override
    public void completed(List<PendingWrite> writes, List<WriteOutcome> outcomes) {}
  }
}
