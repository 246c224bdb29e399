package io.relaykv.server.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writes that wait for a log entry, and how much each account holds of what may be pending. Not
 * thread-safe.
 *
 * <p>Accounts take turns in filling an entry: next is always the one that has had the least (Goyal,
 * Vin, Cheng: Start-time Fair Queueing, 1996), and a turn is an equal share of the entry, or one
 * write if that is larger. An account that had nothing waiting is not owed anything for that time:
 * it starts level with the others. Within an account, first come is first served. One account alone
 * has the whole entry as its share, which costs no more than a plain queue.
 *
 * <p>The bounds are for those that bring the writes: they ask {@link #isFull} and wait. An account
 * must not shut the others out by filling up what all may have pending together, so those that hold
 * little have room beyond it, up to twice as much in all: memory stays bounded however many
 * accounts there are.
 */
final class FairQueue {
  /** Who holds less than this holds little. */
  private static final int LITTLE_OPS = 256;

  private static final long LITTLE_BYTES = 2 << 20;

  private final WriteBatcher.Limits limits;
  private final int littleOps;
  private final long littleBytes;

  /** Every account with something pending, or that was served ahead of the others. */
  private final Map<Long, Lane> lanes = new HashMap<>();

  /** Those with something waiting. */
  private final Queue<Lane> turns =
      new PriorityQueue<>(
          Comparator.<Lane>comparingLong(lane -> lane.served)
              .thenComparingLong(lane -> lane.ticket));

  /** Those in which somebody waits for room. */
  private final Set<Lane> crowded = new LinkedHashSet<>();

  /** What the account in turn had been served: the level at which the others start. */
  private long level;

  private long lastTicket;
  private int pendingOps;
  private long pendingBytes;

  /** One account's part. */
  private static final class Lane {
    private final long accountId;
    private final Queue<PendingWrite> waiting = new ArrayDeque<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();

    /** Of writes waiting, or taken and not ended. */
    private int pendingOps;

    private long pendingBytes;

    /** In bytes, a write counting for no less than it takes of the operations of an entry. */
    private long served;

    /** The smaller, the longer it has waited for its turn. */
    private long ticket;

    Lane(long accountId) {
      this.accountId = accountId;
    }

    boolean isIdle() {
      return pendingOps == 0 && waitingForRoom.isEmpty();
    }
  }

  FairQueue(WriteBatcher.Limits limits) {
    this.limits = limits;
    this.littleOps = Math.min(LITTLE_OPS, limits.pendingOps() / 8);
    this.littleBytes = Math.min(LITTLE_BYTES, limits.pendingBytes() / 8);
  }

  /** Takes writes in the order of the list. */
  void add(List<PendingWrite> writes) {
    Lane lane = null;
    for (PendingWrite write : writes) {
      lane = laneOf(write, lane);
      if (lane.waiting.isEmpty()) {
        lane.served = Math.max(lane.served, level);
        awaitTurn(lane);
      }
      lane.waiting.add(write);
      count(lane, 1, write.sizeBytes());
    }
  }

  /** Looks for it in {@code last} first: most lists are of one account. */
  private Lane laneOf(PendingWrite write, @Nullable Lane last) {
    long accountId = write.source().accountId();
    return last != null && last.accountId == accountId
        ? last
        : lanes.computeIfAbsent(accountId, Lane::new);
  }

  private void awaitTurn(Lane lane) {
    lane.ticket = ++lastTicket;
    turns.add(lane);
  }

  private void count(Lane lane, int ops, long bytes) {
    lane.pendingOps += ops;
    lane.pendingBytes += bytes;
    pendingOps += ops;
    pendingBytes += bytes;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return turns.isEmpty();
  }

  /** How many writes are waiting, or taken and not ended. */
  int pendingOps() {
    return pendingOps;
  }

  /** How many bytes these take. */
  long pendingBytes() {
    return pendingBytes;
  }

  /** Takes the writes of the next entry; there must be some. */
  List<PendingWrite> take() {
    List<PendingWrite> entry = new ArrayList<>(Math.min(pendingOps, limits.entryOps()));
    int shareOps = Math.max(1, limits.entryOps() / turns.size());
    long shareBytes = limits.entryBytes() / turns.size();
    long bytes = 0;
    // A write that does not fit ends the entry, and begins the next one: it is not passed by.
    for (Lane lane = turns.peek();
        lane != null && fits(lane.waiting.element(), entry, bytes);
        lane = turns.peek()) {
      turns.remove();
      level = lane.served;
      int ops = 0;
      long turnBytes = 0;
      PendingWrite next = lane.waiting.element();
      do {
        entry.add(lane.waiting.remove());
        ops++;
        turnBytes += next.sizeBytes();
        next = lane.waiting.peek();
      } while (next != null
          && ops < shareOps
          && turnBytes + next.sizeBytes() <= shareBytes
          && fits(next, entry, bytes + turnBytes));
      bytes += turnBytes;
      lane.served += Math.max(turnBytes, (long) ops * limits.entryBytes() / limits.entryOps());
      if (next != null) {
        awaitTurn(lane);
      }
    }
    return entry;
  }

  private boolean fits(PendingWrite write, List<PendingWrite> entry, long bytes) {
    return entry.isEmpty()
        || (entry.size() < limits.entryOps() && bytes + write.sizeBytes() <= limits.entryBytes());
  }

  /**
   * The writes of an entry have come to an end.
   *
   * @return what is to be run, as there is room again for those who asked
   */
  List<Runnable> ended(List<PendingWrite> entry) {
    Lane lane = null;
    for (PendingWrite write : entry) {
      lane = laneOf(write, lane);
      count(lane, -1, -write.sizeBytes());
      if (lane.isIdle() && lane.served <= level) {
        lanes.remove(lane.accountId);
      }
    }
    List<Runnable> resumed = crowded.isEmpty() ? List.of() : withRoomAgain();
    if (turns.isEmpty()) {
      // Nobody competes: what each was served no longer counts.
      lanes.values().removeIf(Lane::isIdle);
    }
    return resumed;
  }

  private List<Runnable> withRoomAgain() {
    List<Runnable> resumed = new ArrayList<>();
    for (Iterator<Lane> all = crowded.iterator(); all.hasNext(); ) {
      Lane lane = all.next();
      if (hasRoom(lane)) {
        all.remove();
        resumed.addAll(lane.waitingForRoom);
        lane.waitingForRoom.clear();
      }
    }
    return resumed;
  }

  /**
   * Whether so much is pending that no more of this account should be taken; if so, {@code
   * whenRoom} is given back by {@link #ended}, once, when that is over.
   */
  boolean isFull(long accountId, Runnable whenRoom) {
    Lane present = lanes.get(accountId);
    if (present == null ? hasRoom(0, 0) : hasRoom(present)) {
      return false;
    }
    Lane lane = present == null ? new Lane(accountId) : present;
    lanes.put(accountId, lane);
    lane.waitingForRoom.add(whenRoom);
    crowded.add(lane);
    return true;
  }

  private boolean hasRoom(Lane lane) {
    return hasRoom(lane.pendingOps, lane.pendingBytes);
  }

  /** Whether an account that has so much pending may have more. */
  private boolean hasRoom(int ops, long bytes) {
    if (ops >= limits.accountPendingOps() || bytes >= limits.accountPendingBytes()) {
      return false;
    }
    int times = ops < littleOps && bytes < littleBytes ? 2 : 1;
    return pendingOps < (long) times * limits.pendingOps()
        && pendingBytes < times * limits.pendingBytes();
  }
}
