package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.WritesResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WriteBatcherTest {
  private static final WriteBatcher.Limits LIMITS = limits(100, 10_000, 1_000, 1_000_000);
  private static final long ACCOUNT = 3;
  private static final long NOW_MS = 1_700_000_000_000L;

  private final FakeLog log = new FakeLog();
  private final FakeSource client = new FakeSource("client");

  @Test
  void proposesTheFirstWriteAtOnceAndGathersTheRestMeanwhile() {
    WriteBatcher writes = batcher(LIMITS);

    submit(writes, client, 1);
    submit(writes, client, 2);
    submit(writes, client, 3, 4);
    submit(writes, client, 5);

    assertThat(log.sequences()).as("one is under way").containsExactly(List.of(1L));
    assertThat(writes.pendingOps()).isEqualTo(5);

    log.appended(0).applied();

    assertThat(log.sequences()).containsExactly(List.of(1L), List.of(2L, 3L, 4L, 5L));
    assertThat(client.outcomes()).containsExactly("1 Applied[]");
    assertThat(writes.pendingOps()).isEqualTo(4);
  }

  @Test
  void proposesNothingWhileItIsHeldAndThenWhatHasGathered() {
    WriteBatcher writes = batcher(LIMITS);
    submit(writes, client, 1);

    writes.hold();
    writes.hold();
    submit(writes, client, 2);
    log.appended(0).applied();
    submit(writes, client, 3);
    writes.resume();

    assertThat(client.outcomes()).as("what was under way ends").containsExactly("1 Applied[]");
    assertThat(log.sequences()).as("still held by the other").hasSize(1);

    writes.resume();

    assertThat(log.sequences()).hasSize(2).last().isEqualTo(List.of(2L, 3L));
  }

  @Test
  void writesTheTimeTheSessionAndTheRightsIntoTheEntry() {
    submit(batcher(LIMITS), client, 7);

    Command command = log.appended(0).command();
    assertThat(command.getLeaderTimeMs()).isEqualTo(NOW_MS);
    assertThat(command.getWrites().getSessionsList())
        .containsExactly(
            SessionWrites.newBuilder()
                .setSessionId(client.sessionId())
                .setAccountId(ACCOUNT)
                .setApiKeyId(4)
                .setLowestUnanswered(5)
                .addWrites(write(7))
                .build());
  }

  @Test
  void anEntryHoldsNoMoreOperationsThanTheLimit() {
    WriteBatcher writes = batcher(limits(2, 10_000, 1_000, 1_000_000));

    submit(writes, client, 1, 2, 3, 4, 5);
    log.applyAll();

    assertThat(log.sequences()).containsExactly(List.of(1L, 2L), List.of(3L, 4L), List.of(5L));
  }

  @Test
  void anEntryHoldsNoMoreBytesThanTheLimitUnlessASingleWriteDoes() {
    int two = 2 * pending(client, 1).sizeBytes();
    WriteBatcher writes = batcher(limits(100, two, 1_000, 1_000_000));
    PendingWrite large =
        new PendingWrite(
            client,
            6,
            Write.newBuilder()
                .setSequence(6)
                .setKey("k")
                .setPut(ByteString.copyFrom(new byte[2 * two]))
                .build(),
            0);

    submit(writes, client, 1, 2, 3);
    writes.submit(List.of(large, pending(client, 7)));
    log.applyAll();

    assertThat(log.sequences())
        .containsExactly(List.of(1L, 2L), List.of(3L), List.of(6L), List.of(7L));
  }

  @Test
  void keepsTheOrderOfEachClientWhileEightOfThemSubmit() {
    WriteBatcher writes = batcher(LIMITS);
    List<FakeSource> clients =
        IntStream.range(0, 8).mapToObj(i -> new FakeSource("client-" + i)).toList();
    long each = 2_000;

    try (var applying = Threads.start(1);
        var threads = Threads.start(8)) {
      log.applyOn(applying.executor());
      clients.forEach(
          source ->
              threads.execute(
                  () -> LongStream.rangeClosed(1, each).forEach(i -> submit(writes, source, i))));
      await("all writes are answered")
          .atMost(Duration.ofSeconds(20))
          .until(() -> clients.stream().allMatch(source -> source.outcomes().size() == each));
    }

    List<Long> inOrder = LongStream.rangeClosed(1, each).boxed().toList();
    for (FakeSource source : clients) {
      assertThat(log.sequencesOf(source)).as("in the log").isEqualTo(inOrder);
      assertThat(source.sequences()).as("in the answers").isEqualTo(inOrder);
    }
    assertThat(log.mostAtATime()).isEqualTo(1);
    assertThat(log.concurrentCalls()).as("entries are proposed one after the other").isEqualTo(1);
    assertThat(writes.pendingOps()).isZero();
  }

  @Test
  void tellsEachClientTheOutcomesOfItsOwnWrites() {
    FakeSource other = new FakeSource("other");
    WriteBatcher writes = batcher(LIMITS);

    writes.submit(
        List.of(pending(client, 1), pending(other, 1), pending(client, 2), pending(other, 2)));
    log.appended(0)
        .completed(
            WriteStatus.APPLIED, WriteStatus.DROPPED, WriteStatus.DROPPED, WriteStatus.APPLIED);

    assertThat(client.outcomes()).containsExactly("1 Applied[]", "2 Dropped[]");
    assertThat(other.outcomes()).containsExactly("1 Dropped[]", "2 Applied[]");
  }

  @Test
  void onlyARefusalBeforeTheLogCountsAsNotApplied() {
    WriteBatcher writes = batcher(LIMITS);
    submit(writes, client, 1);
    log.appended(0).failed(new NotLeadingException("no"));
    submit(writes, client, 2);
    log.appended(1).failed(new CompletionException(new NotAppendedException("handing over")));
    submit(writes, client, 3);
    log.appended(2).failed(new CompletionException(new IOException("the leader stepped down")));

    assertThat(client.outcomes().get(0)).isEqualTo("1 NotLeading[]");
    assertThat(client.outcomes().get(1)).isEqualTo("2 Unavailable[reason=handing over]");
    assertThat(client.outcomes().get(2)).startsWith("3 Unknown[");
  }

  @Test
  void aLeaderThatWasLostAnswersAllThatWaits() {
    WriteBatcher writes = batcher(LIMITS);
    LongStream.rangeClosed(1, 300).forEach(i -> submit(writes, client, i));

    log.refuseFromNowOn(new NotLeadingException("no"));
    log.appended(0).failed(new IOException("stepped down"));

    assertThat(client.outcomes()).hasSize(300);
    assertThat(client.outcomes())
        .filteredOn(text -> !text.endsWith("NotLeading[]"))
        .as("only what was in the log")
        .extracting(text -> text.substring(0, 9))
        .containsExactly("1 Unknown");
    assertThat(writes.pendingOps()).isZero();
  }

  @Test
  void aLogThatThrowsLeavesNoWriteUnansweredAndTakesTheNextOnes() {
    WriteBatcher writes = batcher(LIMITS);
    log.throwNext(new IllegalStateException("out of order"));

    submit(writes, client, 1);
    submit(writes, client, 2);
    log.appended(0).applied();

    assertThat(client.outcomes().get(0)).startsWith("1 Unknown[");
    assertThat(client.outcomes().get(1)).isEqualTo("2 Applied[]");
    assertThat(writes.pendingOps()).isZero();
  }

  @Test
  void aResultWithTooFewOutcomesLeavesNoWriteUnanswered() {
    submit(batcher(LIMITS), client, 1, 2);

    log.appended(0).completed(WriteStatus.APPLIED);

    assertThat(client.outcomes())
        .hasSize(2)
        .allMatch(text -> text.endsWith("gave 1 outcomes for 2 writes]"));
  }

  @Test
  void aClientThatCannotBeToldDoesNotKeepTheOthersWaiting() {
    WriteBatcher writes = batcher(limits(100, 10_000, 2, 1_000_000));
    FakeSource broken = new FakeSource("broken");
    AtomicInteger resumed = new AtomicInteger();
    broken.failWith(new IllegalStateException("the stream is gone"));

    writes.submit(List.of(pending(broken, 1), pending(client, 1)));
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).isTrue();
    log.appended(0).applied();

    assertThat(client.outcomes()).containsExactly("1 Applied[]");
    assertThat(resumed).hasValue(1);
  }

  @Test
  void isFullFromTheLimitOfOperationsOnAndSaysOnceWhenThereIsRoom() {
    WriteBatcher writes = batcher(limits(100, 10_000, 3, 1_000_000));
    AtomicInteger resumed = new AtomicInteger();

    submit(writes, client, 1);
    submit(writes, client, 2);
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).as("with 2 of 3").isFalse();
    submit(writes, client, 3);
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).as("with 3 of 3").isTrue();
    assertThat(resumed).hasValue(0);

    log.applyAll();

    assertThat(resumed).hasValue(1);
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).isFalse();
    assertThat(resumed).hasValue(1);
  }

  @Test
  void isFullFromTheLimitOfBytesOn() {
    int three = 3 * pending(client, 1).sizeBytes();
    WriteBatcher writes = batcher(limits(100, 10_000, 1_000, three));
    AtomicInteger resumed = new AtomicInteger();

    submit(writes, client, 1, 2);
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).as("below").isFalse();
    submit(writes, client, 3);
    assertThat(writes.isFull(ACCOUNT, resumed::incrementAndGet)).as("at the limit").isTrue();

    log.applyAll();
    assertThat(resumed).hasValue(1);
  }

  private static WriteBatcher.Limits limits(
      int entryOps, int entryBytes, int pendingOps, long pendingBytes) {
    return new WriteBatcher.Limits(
        entryOps, entryBytes, pendingOps, pendingBytes, pendingOps, pendingBytes);
  }

  private WriteBatcher batcher(WriteBatcher.Limits limits) {
    return new WriteBatcher(
        log, Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC), limits, writes -> {});
  }

  private static void submit(WriteBatcher writes, WriteSource source, long... sequences) {
    writes.submit(LongStream.of(sequences).mapToObj(i -> pending(source, i)).toList());
  }

  private static PendingWrite pending(WriteSource source, long sequence) {
    return new PendingWrite(source, sequence, write(sequence), 0);
  }

  private static Write write(long sequence) {
    return Write.newBuilder()
        .setSequence(sequence)
        .setKey("k")
        .setPut(ByteString.copyFromUtf8("1"))
        .build();
  }

  /** Threads that end with the test. */
  private record Threads(ExecutorService executor) implements AutoCloseable {
    static Threads start(int count) {
      return new Threads(Executors.newFixedThreadPool(count));
    }

    void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }

  /** One entry, which the test brings to an end. */
  private record Appended(Command command, CompletableFuture<CommandResult> future) {
    int ops() {
      return command.getWrites().getSessionsList().stream()
          .mapToInt(SessionWrites::getWritesCount)
          .sum();
    }

    void applied() {
      completed(
          IntStream.range(0, ops()).mapToObj(i -> WriteStatus.APPLIED).toArray(WriteStatus[]::new));
    }

    void completed(WriteStatus... statuses) {
      future.complete(
          CommandResult.newBuilder()
              .setWrites(WritesResult.newBuilder().addAllStatuses(List.of(statuses)))
              .build());
    }

    void failed(Exception failure) {
      future.completeExceptionally(failure);
    }
  }

  /** Keeps what is appended until the test, or a thread of its own, says what comes of it. */
  private static final class FakeLog implements CommandLog {
    private final List<Appended> entries = new ArrayList<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger callers = new AtomicInteger();
    private int mostAtATime;
    private int concurrentCalls;
    private @Nullable RuntimeException thrown;
    private @Nullable RuntimeException refusal;
    private @Nullable Executor applying;

    @Override
    public CompletableFuture<CommandResult> append(Command command) {
      int now = callers.incrementAndGet();
      try {
        return append(new Appended(command, new CompletableFuture<>()), now);
      } finally {
        callers.decrementAndGet();
      }
    }

    private synchronized CompletableFuture<CommandResult> append(Appended entry, int now) {
      concurrentCalls = Math.max(concurrentCalls, now);
      if (thrown != null) {
        RuntimeException failure = thrown;
        thrown = null;
        throw failure;
      }
      if (refusal != null) {
        return CompletableFuture.failedFuture(refusal);
      }
      entries.add(entry);
      mostAtATime = Math.max(mostAtATime, inFlight.incrementAndGet());
      if (applying != null) {
        applying.execute(
            () -> {
              inFlight.decrementAndGet();
              entry.applied();
            });
      }
      return entry.future();
    }

    synchronized Appended appended(int index) {
      return entries.get(index);
    }

    /** Applies everything, also what is proposed meanwhile. */
    void applyAll() {
      for (int i = 0; i < entries.size(); i++) {
        appended(i).applied();
      }
    }

    /** Applies everything by itself, in order. */
    void applyOn(Executor executor) {
      applying = executor;
    }

    void throwNext(RuntimeException failure) {
      thrown = failure;
    }

    void refuseFromNowOn(RuntimeException failure) {
      refusal = failure;
    }

    int mostAtATime() {
      return mostAtATime;
    }

    int concurrentCalls() {
      return concurrentCalls;
    }

    synchronized List<List<Long>> sequences() {
      return entries.stream()
          .map(
              entry ->
                  entry.command().getWrites().getSessionsList().stream()
                      .flatMap(session -> session.getWritesList().stream())
                      .map(Write::getSequence)
                      .toList())
          .toList();
    }

    synchronized List<Long> sequencesOf(WriteSource source) {
      return entries.stream()
          .flatMap(entry -> entry.command().getWrites().getSessionsList().stream())
          .filter(session -> session.getSessionId().equals(source.sessionId()))
          .flatMap(session -> session.getWritesList().stream())
          .map(Write::getSequence)
          .collect(Collectors.toList());
    }
  }

  /** Remembers what it was told. */
  private static final class FakeSource implements WriteSource {
    private final ByteString sessionId;
    private final List<Long> sequences = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private @Nullable RuntimeException failure;

    FakeSource(String name) {
      this.sessionId = ByteString.copyFromUtf8(name);
    }

    void failWith(RuntimeException thrown) {
      failure = thrown;
    }

    @Override
    public ByteString sessionId() {
      return sessionId;
    }

    @Override
    public long accountId() {
      return ACCOUNT;
    }

    @Override
    public long apiKeyId() {
      return 4;
    }

    @Override
    public long lowestUnanswered() {
      return 5;
    }

    @Override
    public synchronized void completed(List<PendingWrite> writes, List<WriteOutcome> told) {
      if (failure != null) {
        throw failure;
      }
      for (int i = 0; i < writes.size(); i++) {
        sequences.add(writes.get(i).requestId());
        outcomes.add(writes.get(i).requestId() + " " + told.get(i));
      }
    }

    synchronized List<Long> sequences() {
      return List.copyOf(sequences);
    }

    synchronized List<String> outcomes() {
      return List.copyOf(outcomes);
    }
  }
}
