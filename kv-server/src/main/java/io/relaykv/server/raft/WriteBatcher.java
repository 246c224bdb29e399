package io.relaykv.server.raft;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.Writes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the waiting writes of all connections into log entries. Thread-safe.
 *
 * <p>Nothing lingers: an entry is proposed as soon as none is under way, with whatever has gathered
 * meanwhile; the busier the log, the larger the entries. An entry costs as much whatever is in it,
 * and a second one beside the first takes along what would have made the third one larger. Entries
 * are proposed one after the other by whichever thread finds work to do, so writes reach the log in
 * the order in which {@link #submit} took them.
 *
 * <p>{@link FairQueue} shares the entries out among the accounts. What is waiting is bounded by the
 * callers: they stop reading from their clients while {@link #isFull}.
 */
public final class WriteBatcher {
  private static final Logger errors = LoggerFactory.getLogger(WriteBatcher.class);

  /** What the writes of an entry may add up to, far below {@link RatisProperties#ENTRY_MAX}. */
  static final int MAX_ENTRY_BYTES = 2 << 20;

  private final CommandLog log;
  private final Clock clock;
  private final IntConsumer entryWrites;

  private final Object lock = new Object();

  /** Guarded by {@link #lock}. */
  private final FairQueue queue;

  /** An entry has been proposed and has not ended. Guarded by {@link #lock}. */
  private boolean underWay;

  /** One thread at a time proposes. Guarded by {@link #lock}. */
  private boolean proposing;

  /** How many want nothing to be proposed. Guarded by {@link #lock}. */
  private int holds;

  /**
   * How much is gathered and held.
   *
   * @param entryOps writes in one log entry at most
   * @param entryBytes bytes in one log entry at most, unless a single write is larger
   * @param pendingOps writes waiting or in flight above which the batcher is full
   * @param pendingBytes bytes waiting or in flight above which the batcher is full
   * @param accountPendingOps writes of one account above which it is full for this account
   * @param accountPendingBytes bytes of one account above which it is full for this account
   */
  public record Limits(
      int entryOps,
      int entryBytes,
      int pendingOps,
      long pendingBytes,
      int accountPendingOps,
      long accountPendingBytes) {
    /** Checks that an entry cannot be larger than Ratis takes: it would depose the leader. */
    public Limits {
      if (entryBytes > MAX_ENTRY_BYTES) {
        throw new IllegalArgumentException(
            "entries of %d bytes; the limit is %d".formatted(entryBytes, MAX_ENTRY_BYTES));
      }
    }
  }

  /**
   * @param clock gives the time that entries carry
   * @param entryWrites told of each entry how many writes are in it
   */
  WriteBatcher(CommandLog log, Clock clock, Limits limits, IntConsumer entryWrites) {
    this.log = log;
    this.clock = clock;
    this.entryWrites = entryWrites;
    this.queue = new FairQueue(limits);
  }

  /** Takes writes in the order of the list; each comes back to its source with an outcome. */
  public void submit(List<PendingWrite> writes) {
    synchronized (lock) {
      queue.add(writes);
    }
    propose();
  }

  /**
   * Whether so much is pending that callers should stop taking requests of this account; if so,
   * {@code whenRoom} is run once, on any thread, when that is over.
   */
  public boolean isFull(long accountId, Runnable whenRoom) {
    synchronized (lock) {
      return queue.isFull(accountId, whenRoom);
    }
  }

  /** How many writes are waiting or in flight. */
  public int pendingOps() {
    synchronized (lock) {
      return queue.pendingOps();
    }
  }

  /** How many bytes these take in the log, at most. */
  public long pendingBytes() {
    synchronized (lock) {
      return queue.pendingBytes();
    }
  }

  /**
   * Proposes nothing more until {@link #resume} has been called as often: Ratis refuses the entries
   * of a leader that hands over, and whoever is refused looks for another leader before there is
   * one. What comes meanwhile waits.
   */
  void hold() {
    synchronized (lock) {
      holds++;
    }
  }

  /** Ends a {@link #hold}. */
  void resume() {
    synchronized (lock) {
      holds--;
    }
    propose();
  }

  private void propose() {
    while (true) {
      List<PendingWrite> batch;
      synchronized (lock) {
        if (proposing || underWay || holds > 0 || queue.isEmpty()) {
          return;
        }
        batch = queue.take();
        underWay = true;
        proposing = true;
      }
      entryWrites.accept(batch.size());
      Entry entry = new Entry(batch);
      append(entry).whenComplete((result, failure) -> ended(entry, result, failure));
      synchronized (lock) {
        // If it has ended meanwhile, on whatever thread, the next one was left to this one.
        proposing = false;
      }
    }
  }

  private CompletableFuture<CommandResult> append(Entry entry) {
    try {
      return log.append(entry.toCommand(clock.millis()));
    } catch (RuntimeException e) {
      // Its writes must be answered like those of any other entry, and the next ones proposed.
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(Entry entry, @Nullable CommandResult result, @Nullable Throwable failure) {
    List<Runnable> resumed;
    synchronized (lock) {
      underWay = false;
      resumed = queue.ended(entry.batch);
    }
    // The next entry first: its way through log and network is long, telling the clients is short.
    propose();
    entry.complete(
        result == null
            ? Collections.nCopies(entry.batch.size(), outcomeOf(failure))
            : outcomesOf(result.getWrites().getStatusesList(), entry.batch.size()));
    resumed.forEach(Runnable::run);
  }

  private static List<WriteOutcome> outcomesOf(List<WriteStatus> statuses, int ops) {
    if (statuses.size() != ops) {
      return Collections.nCopies(
          ops,
          new WriteOutcome.Unknown(
              "the state machine gave %d outcomes for %d writes".formatted(statuses.size(), ops)));
    }
    return statuses.stream().map(WriteBatcher::outcomeOf).toList();
  }

  private static WriteOutcome outcomeOf(WriteStatus status) {
    return switch (status) {
      case APPLIED -> WriteOutcome.Applied.INSTANCE;
      case DROPPED -> WriteOutcome.Dropped.INSTANCE;
      case NOT_ALLOWED -> WriteOutcome.NotAllowed.INSTANCE;
      case OVER_QUOTA -> WriteOutcome.OverQuota.INSTANCE;
      case MALFORMED -> WriteOutcome.Malformed.INSTANCE;
      case UNRECOGNIZED ->
          new WriteOutcome.Unknown("the state machine gave an outcome that is not known");
    };
  }

  private static WriteOutcome outcomeOf(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof NotLeadingException) {
      return WriteOutcome.NotLeading.INSTANCE;
    }
    return cause instanceof NotAppendedException || cause instanceof NotFinalizedException
        ? new WriteOutcome.Unavailable(String.valueOf(cause.getMessage()))
        : new WriteOutcome.Unknown("the leader was lost while the write was under way");
  }

  /** One log entry: writes by source, each source's in their order. */
  private static final class Entry {
    private final List<PendingWrite> batch;
    private final Map<WriteSource, List<PendingWrite>> bySource = new LinkedHashMap<>();

    Entry(List<PendingWrite> batch) {
      this.batch = batch;
      for (PendingWrite write : batch) {
        bySource.computeIfAbsent(write.source(), source -> new ArrayList<>()).add(write);
      }
    }

    Command toCommand(long leaderTimeMs) {
      Writes.Builder writes = Writes.newBuilder();
      bySource.forEach(
          (source, pending) -> {
            SessionWrites.Builder session =
                writes
                    .addSessionsBuilder()
                    .setSessionId(source.sessionId())
                    .setAccountId(source.accountId())
                    .setApiKeyId(source.apiKeyId())
                    .setLowestUnanswered(source.lowestUnanswered());
            pending.forEach(write -> session.addWrites(write.write()));
          });
      return Command.newBuilder().setLeaderTimeMs(leaderTimeMs).setWrites(writes).build();
    }

    /** Tells every source; the outcomes are in the order of the command. */
    void complete(List<WriteOutcome> outcomes) {
      int next = 0;
      for (Map.Entry<WriteSource, List<PendingWrite>> group : bySource.entrySet()) {
        List<PendingWrite> writes = group.getValue();
        tell(group.getKey(), writes, outcomes.subList(next, next + writes.size()));
        next += writes.size();
      }
    }

    private static void tell(
        WriteSource source, List<PendingWrite> writes, List<WriteOutcome> outcomes) {
      try {
        source.completed(writes, outcomes);
      } catch (RuntimeException e) {
        // The others in the entry, and those that wait for room, are still to be told.
        errors.error("A client could not be told what came of {} writes", writes.size(), e);
      }
    }
  }
}
