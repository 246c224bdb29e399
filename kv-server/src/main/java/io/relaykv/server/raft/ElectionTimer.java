package io.relaykv.server.raft;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Has a follower stand for election as soon as it has heard nothing of a leader for its election
 * timeout. Ratis' own timer (3.3.0) looks once in a timeout, at a moment that has nothing to do
 * with when the leader was last heard of, and so takes up to two of them (docs/adr/0019). It goes
 * on besides, and stands when this one does not.
 *
 * <p>The followers of a leader have an order, which goes round with the term so that nobody is
 * first for ever, and each draws its timeout from a part of the range of its own: two that stand at
 * once take the votes from each other, and the cluster waits once more (Raft paper, section 5.2).
 * The first that can win stands as soon as it is seen that one before it cannot ({@link
 * #outranks}).
 *
 * <p>Thread-safe.
 */
final class ElectionTimer {
  /** What a follower does of which a timer must know. */
  interface Follower {
    /** For how long it has heard of no leader, in ms; empty if it is no follower. */
    OptionalLong silentMs();

    /** Has it try at once to connect to those whom it could not reach, without waiting for that. */
    void reachOthers();

    /** Whether it may stand for election once it has heard nothing for so long. */
    boolean mayStand(long silentMs);

    /** Whether it could win, as far as it is known; does not wait. */
    Canvass.Verdict canvass();

    /** Has it stand for election if it has been silent for at least so long; false if not. */
    boolean stand(long silentMs);
  }

  /**
   * Whoever comes so much later than it was to come has been stopped, or is starved, as may be what
   * the leader has sent meanwhile.
   */
  private static final long LATE_MS = 200;

  /** How often to look while there may be an election at any moment. */
  private static final long OFTEN_MS = 50;

  /** How often to look while others are asked whether they would vote for this one. */
  private static final long CANVASS_MS = 2;

  /** What of the range nobody draws: others may have heard of the leader a moment later. */
  private static final double MARGIN = 0.05;

  /** What of its part a follower draws from; the rest is for the election of the one before. */
  private static final double DRAWN = 0.25;

  private final RaftServer.Division division;
  private final Follower follower;
  private final long minMs;
  private final long rangeMs;
  private final RandomGenerator random;
  private final LongSupplier clockMs;
  private Rank rank;
  private long timeoutMs;

  /** Of silence; after it has given way in this one. */
  private long noSoonerMs;

  private long reachedAtMs;
  private long dueMs;

  /**
   * Which of those who may follow a leader this one is.
   *
   * @param leader null if it is not known
   * @param place from 0; -1 if it is no member
   */
  private record Rank(long term, @Nullable RaftPeerId leader, int place, int of) {
    boolean isStill(long presentTerm, @Nullable RaftPeerId presentLeader) {
      // Whoever looks for a new leader forgets the old one.
      return term == presentTerm && (presentLeader == null || presentLeader.equals(leader));
    }
  }

  /**
   * @param clockMs any steady clock
   */
  ElectionTimer(
      RaftServer.Division division,
      Follower follower,
      Duration min,
      Duration max,
      RandomGenerator random,
      LongSupplier clockMs) {
    this.division = division;
    this.follower = follower;
    this.minMs = min.toMillis();
    this.rangeMs = max.toMillis() - minMs;
    this.random = random;
    this.clockMs = clockMs;
    this.dueMs = clockMs.getAsLong();
    this.reachedAtMs = dueMs - OFTEN_MS;
    this.rank = rank();
    this.timeoutMs = draw();
  }

  /**
   * Stands if it is time to.
   *
   * @return after how many ms to call it again
   */
  synchronized long look() {
    boolean late = clockMs.getAsLong() - dueMs > LATE_MS;
    long waitMs = waitMs(late);
    dueMs = clockMs.getAsLong() + waitMs;
    return waitMs;
  }

  private long waitMs(boolean late) {
    OptionalLong silentMs = follower.silentMs();
    if (silentMs.isEmpty()) {
      // Whoever becomes a follower meanwhile has not been silent for longer than this.
      return minMs;
    }
    if (silentMs.getAsLong() < minMs) {
      noSoonerMs = 0;
    } else if (clockMs.getAsLong() - reachedAtMs >= OFTEN_MS) {
      // Whom it asks for a vote before it is connected again does not hear of it.
      follower.reachOthers();
      reachedAtMs = clockMs.getAsLong();
    }
    long leftMs = Math.max(timeoutMs(), noSoonerMs) - silentMs.getAsLong();
    if (leftMs > 0) {
      return Math.min(leftMs, Math.max(minMs - silentMs.getAsLong(), OFTEN_MS));
    }
    if (late || !follower.mayStand(timeoutMs)) {
      return OFTEN_MS;
    }
    return switch (follower.canvass()) {
      case OPEN -> CANVASS_MS;
      case GIVE_WAY -> {
        // To one with a longer log, unless nothing comes of that.
        noSoonerMs = silentMs.getAsLong() + minMs;
        yield OFTEN_MS;
      }
      case STAND -> {
        if (!follower.stand(timeoutMs)) {
          yield OFTEN_MS;
        }
        timeoutMs = draw();
        yield minMs;
      }
    };
  }

  /**
   * A follower with a shorter log than this one's has asked for a preliminary vote, and was
   * refused: it cannot win, and no other that does not have more. If no leader is heard of, the
   * next {@link #look} that its rank allows stands.
   */
  synchronized void outranks() {
    long silentMs = follower.silentMs().orElse(0);
    if (silentMs >= minMs) {
      timeoutMs = Math.min(timeoutMs(), silentMs + Math.max(rank.place(), 0) * OFTEN_MS);
      noSoonerMs = 0;
    }
  }

  private long timeoutMs() {
    DivisionInfo info = division.getInfo();
    if (!rank.isStill(info.getCurrentTerm(), info.getLeaderId())) {
      rank = rank();
      timeoutMs = draw();
    }
    return timeoutMs;
  }

  private Rank rank() {
    long term = division.getInfo().getCurrentTerm();
    @Nullable RaftPeerId leader = division.getInfo().getLeaderId();
    List<String> order =
        division.getRaftConf().getCurrentPeers().stream()
            .map(RaftPeer::getId)
            .filter(id -> !id.equals(leader))
            .map(RaftPeerId::toString)
            .sorted()
            .toList();
    int place = order.indexOf(division.getId().toString());
    return new Rank(
        term, leader, place < 0 ? -1 : (int) ((place + term) % order.size()), order.size());
  }

  private long draw() {
    double share =
        rank.place() < 0
            ? random.nextDouble()
            : (rank.place() + DRAWN * random.nextDouble()) / rank.of();
    return minMs + Math.round((MARGIN + (1 - MARGIN) * share) * rangeMs);
  }
}
