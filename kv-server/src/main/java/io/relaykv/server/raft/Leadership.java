package io.relaykv.server.raft;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.leader.LogAppender;

/**
 * One term in which this node leads: who has acknowledged appends of this term, and when those had
 * been sent. Thread-safe.
 *
 * <p>Times are {@link System#nanoTime} of this process, taken before an append is sent: a follower
 * that acknowledges it still followed this leader at that time or later.
 */
final class Leadership {
  private final RaftPeerId self;
  private final long term;
  private final Map<RaftPeerId, LogAppender> appenders = new ConcurrentHashMap<>();
  private final Map<RaftPeerId, Long> sent = new ConcurrentHashMap<>();
  private final Map<RaftPeerId, Long> acknowledged = new ConcurrentHashMap<>();
  private volatile boolean over;

  Leadership(RaftPeerId self, long term) {
    this.self = self;
    this.term = term;
  }

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

  /** An append or a heartbeat is about to be sent. */
  void sends(RaftPeerId follower, long nowNanos) {
    sent.merge(follower, nowNanos, Leadership::later);
  }

  /** Whether an append or a heartbeat that was made at {@code nanos} or later is on its way. */
  boolean hasSentSince(RaftPeerId follower, long nanos) {
    Long sentNanos = sent.get(follower);
    return sentNanos != null && sentNanos - nanos >= 0;
  }

  void acknowledged(RaftPeerId follower, long sentNanos) {
    acknowledged.merge(follower, sentNanos, Leadership::later);
  }

  private static long later(long a, long b) {
    return b - a > 0 ? b : a;
  }

  /** Asks Ratis to send each follower a heartbeat soon. */
  void triggerHeartbeats() {
    appenders.values().forEach(LogAppender::triggerHeartbeat);
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
    return majoritySince(nanos, configuration.getCurrentPeers())
        && (configuration.getPreviousPeers().isEmpty()
            || majoritySince(nanos, configuration.getPreviousPeers()));
  }

  private boolean majoritySince(long nanos, Collection<RaftPeer> peers) {
    int confirmed = 0;
    for (RaftPeer peer : peers) {
      Long sentNanos = acknowledged.get(peer.getId());
      if (peer.getId().equals(self) || (sentNanos != null && sentNanos - nanos >= 0)) {
        confirmed++;
      }
    }
    return confirmed > peers.size() / 2;
  }
}
