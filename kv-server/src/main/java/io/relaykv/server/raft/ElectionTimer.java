package io.relaykv.server.raft;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.ratis.server.RaftServer;

/**
 * Has a follower stand for election as soon as it has heard nothing of a leader for its election
 * timeout. Ratis' own timer (3.3.0) looks once in a timeout, at a moment that has nothing to do
 * with when the leader was last heard of, and so takes up to two of them (docs/adr/0019). It goes
 * on besides, and stands when this one does not.
 *
 * <p>The timeout is random, in a part of the range that each member has for itself: two followers
 * that stand at once take the votes from each other, and the cluster waits once more (Raft paper,
 * section 5.2). The parts go round with each term, so that nobody has the first one for ever.
 *
 * <p>To be used by one thread at a time.
 */
final class ElectionTimer {
  /** What a follower does of which a timer must know. */
  interface Follower {
    /** For how long it has heard of no leader, in ms; empty if it is no follower. */
    OptionalLong silentMs();

    /** Has it stand for election if it has been silent for at least so long; false if not. */
    boolean stand(long silentMs);
  }

  /**
   * Whoever comes so much later than it was to come has been stopped, or is starved, as may be what
   * the leader has sent meanwhile.
   */
  private static final long LATE_MS = 200;

  /** When to look again if the follower would not stand although it is time. */
  private static final long AGAIN_MS = 100;

  private final RaftServer.Division division;
  private final Follower follower;
  private final long minMs;
  private final long rangeMs;
  private final RandomGenerator random;
  private final LongSupplier clockMs;
  private long drawnInTerm;
  private long timeoutMs;
  private long dueMs;

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
    draw();
  }

  /**
   * Stands if it is time to.
   *
   * @return after how many ms to call it again
   */
  long look() {
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
    if (division.getInfo().getCurrentTerm() != drawnInTerm) {
      draw();
    }
    long leftMs = timeoutMs - silentMs.getAsLong();
    if (leftMs > 0) {
      return leftMs;
    }
    boolean stands = !late && follower.stand(timeoutMs);
    draw();
    return stands ? minMs : AGAIN_MS;
  }

  private void draw() {
    drawnInTerm = division.getInfo().getCurrentTerm();
    timeoutMs = minMs + Math.round(shareOfRange() * rangeMs);
  }

  private double shareOfRange() {
    List<String> members =
        division.getRaftConf().getCurrentPeers().stream()
            .map(peer -> peer.getId().toString())
            .sorted()
            .toList();
    int place = members.indexOf(division.getId().toString());
    if (place < 0) {
      return random.nextDouble();
    }
    long turn = (place + drawnInTerm) % members.size();
    return (turn + random.nextDouble()) / members.size();
  }
}
