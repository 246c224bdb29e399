package io.relaykv.server.status;

import io.relaykv.protocol.peer.NodeCard;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A member of the cluster as another one, or itself, knows it.
 *
 * @param up whether it was known to be up a moment ago
 * @param silent since it was last known to be up; null if nothing was heard of it yet
 * @param card what it said of itself last; the default instance if nothing
 * @param behindEntries how many committed entries it is known to lack; 0 if nothing is known
 */
record NodeView(
    String id,
    String clientAddress,
    String peerAddress,
    Role role,
    boolean up,
    @Nullable Duration silent,
    NodeCard card,
    long behindEntries) {
  /** From this on a node is said to catch up rather than to be level. */
  static final long CATCHING_UP = 1000;

  /** What a node is at the moment. */
  enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    /** It is down, or nobody leads and it may be anything. */
    UNKNOWN
  }

  /** Whether what it said of itself is known. */
  boolean hasCard() {
    return !card.getNodeId().isEmpty();
  }

  boolean isCatchingUp() {
    return behindEntries >= CATCHING_UP;
  }
}
