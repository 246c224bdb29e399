package io.relaykv.statemachine;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.ratis.statemachine.StateMachine;

/**
 * Which entries of the log must not be taken for being on the disk although Ratis (3.3.0) says so.
 *
 * <p>When a new leader replaces the end of a follower's log, the new entries are in memory at once,
 * while the file is cut by the log's thread in its turn ({@code
 * SegmentedRaftLogWorker.TruncateLog}), which may be seconds later on a slow disk. Up to then Ratis
 * goes by how far the log was on the disk before: by entries that are to go (docs/adr/0018).
 *
 * <p>Thread-safe.
 */
public final class LogTruncations implements StateMachine.DataApi {
  /** Of each truncation that waits, in their order, the last entry that stays. Guarded by this. */
  private final Queue<Long> waiting = new ArrayDeque<>();

  /** How many of them the log's thread has come to. Guarded by this. */
  private int begun;

  private volatile long limit = Long.MAX_VALUE;

  /**
   * How far the log is on the disk.
   *
   * @param flushIndex what Ratis says of it
   */
  public long atMost(LongSupplier flushIndex) {
    // In this order: a truncation that ends between the two is in Ratis' figure by then.
    long stays = limit;
    return Math.min(stays, flushIndex.getAsLong());
  }

  /** Whether what Ratis says is right. */
  public boolean isNone() {
    return limit == Long.MAX_VALUE;
  }

  /** The log in memory has been cut; its file is to be. Called with the log's lock. */
  @Override
  public synchronized CompletableFuture<Void> truncate(long first) {
    waiting.add(first - 1);
    update();
    return new Carried();
  }

  /**
   * Called by the log's thread before it says how far the log is on the disk. A truncation that it
   * had begun before has been carried out by now.
   */
  @Override
  public synchronized CompletableFuture<Void> flush(long last) {
    for (; begun > 0; begun--) {
      waiting.remove();
    }
    update();
    return CompletableFuture.completedFuture(null);
  }

  /** A snapshot has taken the place of the log, and nothing waits any more. */
  synchronized void forget() {
    waiting.clear();
    begun = 0;
    update();
  }

  private synchronized void begin() {
    if (begun < waiting.size()) {
      begun++;
    }
  }

  private void update() {
    limit = waiting.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  /** The log's thread waits for it at the end of each truncation. */
  private final class Carried extends CompletableFuture<Void> {
    Carried() {
      complete(null);
    }

    @Override
    public Void get() {
      begin();
      return null;
    }
  }
}
