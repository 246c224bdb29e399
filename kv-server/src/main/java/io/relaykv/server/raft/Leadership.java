package io.relaykv.server.raft;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.leader.LogAppender;
import org.jspecify.annotations.Nullable;

/**
 * One term in which this node leads: who has acknowledged appends of this term, when those had been
 * sent, and what was promised with it. Thread-safe.
 *
 * <p>Times are of this node and taken before an append is sent: a follower that acknowledges it
 * still followed this leader at that time or later, and its promise lasts at least from then.
 */
final class Leadership {
  /**
   * How much of a promise counts: the rest is for clocks that run at different speeds on leader and
   * follower.
   */
  private static final double COUNTED = 0.75;

  /** More than that between wall clock and monotonic clock, and one of them has stood still. */
  private static final long MAX_DRIFT_MS = 250;

  private final RaftPeerId self;
  private final long term;
  private final Map<RaftPeerId, LogAppender> appenders = new ConcurrentHashMap<>();
  private final Map<RaftPeerId, Long> sent = new ConcurrentHashMap<>();
  private final Map<RaftPeerId, Acknowledgement> acknowledged = new ConcurrentHashMap<>();

  /** The followers' promises count from here on. */
  private volatile long leaseSinceNanos;

  /** Odd while the promises are given back ({@link PromiseField}). */
  private volatile long turn;

  private volatile @Nullable Release release;
  private volatile boolean over;

  Leadership(RaftPeerId self, long term, Moment begin) {
    this.self = self;
    this.term = term;
    this.leaseSinceNanos = begin.nanos();
  }

  /**
   * An append on its way.
   *
   * @param at when it was about to be sent
   * @param turn in which it was made ({@link PromiseField})
   */
  record Sent(Moment at, long turn) {
    boolean releases() {
      return PromiseField.isRelease(turn);
    }
  }

  /**
   * An append that was acknowledged.
   *
   * @param promised how long the follower votes for nobody else, from when it got the append
   */
  private record Acknowledgement(Moment sent, Duration promised) {
    Acknowledgement later(Acknowledgement other) {
      return other.sent.nanos() - sent.nanos() > 0 ? other : this;
    }

    boolean isSince(long nanos) {
      return sent.nanos() - nanos >= 0;
    }

    boolean holds(Moment now) {
      return now.nanos() - sent.nanos() < (long) (promised.toNanos() * COUNTED)
          && now.driftMs(sent) <= MAX_DRIFT_MS;
    }
  }

  /** The promises are being given back; {@code heard} completes when {@code awaited} is empty. */
  private record Release(long turn, Set<RaftPeerId> awaited, CompletableFuture<Void> heard) {}

  long term() {
    return term;
  }

  /** Ends it: a higher term has been seen, or Ratis says so. There is no way back. */
  void end() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  void addAppender(LogAppender appender) {
    appenders.put(appender.getFollowerId(), appender);
  }

  /** An append or a heartbeat is about to be made and sent. */
  Sent sends(RaftPeerId follower, Moment now) {
    sent.merge(follower, now.nanos(), Leadership::later);
    return new Sent(now, turn);
  }

  /** Whether an append or a heartbeat that was made at {@code nanos} or later is on its way. */
  boolean hasSentSince(RaftPeerId follower, long nanos) {
    Long sentNanos = sent.get(follower);
    return sentNanos != null && sentNanos - nanos >= 0;
  }

  /**
   * A follower has acknowledged an append.
   *
   * @param promised how long it votes for nobody else, from when it got the append
   */
  void acknowledged(RaftPeerId follower, Sent append, Duration promised) {
    acknowledged.merge(
        follower,
        new Acknowledgement(append.at(), append.releases() ? Duration.ZERO : promised),
        Acknowledgement::later);
    Release current = release;
    if (current != null && append.turn() == current.turn()) {
      current.awaited().remove(follower);
      if (current.awaited().isEmpty()) {
        current.heard().complete(null);
      }
    }
  }

  private static long later(long a, long b) {
    return b - a > 0 ? b : a;
  }

  /** Asks Ratis to send each follower a heartbeat soon. */
  void triggerHeartbeats() {
    appenders.values().forEach(LogAppender::triggerHeartbeat);
  }

  /** The same, but for followers to whom something was sent at {@code nanos} or later. */
  void triggerHeartbeatsUnlessSentSince(long nanos) {
    appenders.forEach(
        (follower, appender) -> {
          if (!hasSentSince(follower, nanos)) {
            appender.triggerHeartbeat();
          }
        });
  }

  void triggerHeartbeat(RaftPeerId follower) {
    LogAppender appender = appenders.get(follower);
    if (appender != null) {
      appender.triggerHeartbeat();
    }
  }

  List<FollowerProgress> followers() {
    return appenders.values().stream()
        .map(LogAppender::getFollower)
        .map(
            follower ->
                new FollowerProgress(
                    follower.getId().toString(),
                    follower.getMatchIndex(),
                    Duration.ofMillis(follower.getLastRpcResponseTime().elapsedTimeMs())))
        .sorted(Comparator.comparing(FollowerProgress::nodeId))
        .toList();
  }

  /**
   * Whether a majority has acknowledged an append that was sent at {@code nanos} or later: of the
   * present configuration, and of the previous one too while it is being changed (Raft paper,
   * section 6).
   */
  boolean confirmedSince(long nanos, RaftConfiguration configuration) {
    return byMajorities(configuration, acknowledgement -> acknowledgement.isSince(nanos));
  }

  /**
   * Whether nobody else can be leader now, since a majority, as in {@link #confirmedSince}, still
   * keeps its promise not to vote.
   */
  boolean leaseHolds(Moment now, RaftConfiguration configuration) {
    long since = leaseSinceNanos;
    return byMajorities(
            configuration,
            acknowledgement -> acknowledgement.isSince(since) && acknowledgement.holds(now))
        // Asked last: after a release, none of what has been found counts.
        && !isReleased()
        && leaseSinceNanos == since;
  }

  private boolean byMajorities(RaftConfiguration configuration, Predicate<Acknowledgement> counts) {
    return byMajority(configuration.getCurrentPeers(), counts)
        && (configuration.getPreviousPeers().isEmpty()
            || byMajority(configuration.getPreviousPeers(), counts));
  }

  private boolean byMajority(Collection<RaftPeer> peers, Predicate<Acknowledgement> counts) {
    int counted = 0;
    for (RaftPeer peer : peers) {
      Acknowledgement last = acknowledged.get(peer.getId());
      if (peer.getId().equals(self) || (last != null && counts.test(last))) {
        counted++;
      }
    }
    return counted > peers.size() / 2;
  }

  /**
   * Gives the followers' promises back, so that another can be elected at once. From now on there
   * is no lease, until {@link #engage}.
   *
   * @param reachableSince who has acknowledged an append since then is expected to hear of it
   * @return completes when all of those have heard of it
   */
  synchronized CompletableFuture<Void> release(long reachableSince) {
    Set<RaftPeerId> awaited =
        acknowledged.entrySet().stream()
            .filter(entry -> entry.getValue().isSince(reachableSince))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(ConcurrentHashMap::newKeySet));
    Release begun = new Release(isReleased() ? turn : turn + 1, awaited, new CompletableFuture<>());
    release = begun;
    turn = begun.turn();
    if (awaited.isEmpty()) {
      begun.heard().complete(null);
    }
    return begun.heard();
  }

  boolean isReleased() {
    return PromiseField.isRelease(turn);
  }

  /** Relies on promises again: on those that the followers make from now on. */
  synchronized void engage(Moment now) {
    leaseSinceNanos = now.nanos();
    if (isReleased()) {
      turn++;
      release = null;
    }
  }
}
