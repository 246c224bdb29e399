package io.relaykv.client.internal;

import io.relaykv.client.LeaderNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which leader the client uses, and the telling of it. Listeners are told behind the step that the
 * dispatcher is in, as they may call the client. Confined to the event loop.
 */
final class LeaderInUse {
  private final EventLoop loop;
  private final Listeners listeners;
  private @Nullable LeaderNode now;
  private @Nullable LeaderNode last;
  private boolean closed;

  LeaderInUse(EventLoop loop, Listeners listeners) {
    this.loop = loop;
    this.listeners = listeners;
  }

  boolean isThere() {
    return now != null;
  }

  /** This node leads; told unless it is in use already. */
  void found(NodeConnection connection) {
    if (now != null) {
      return;
    }
    LeaderNode leader = new LeaderNode(connection.nodeId(), connection.node().toString());
    Optional<LeaderNode> before = Optional.ofNullable(last);
    now = leader;
    last = leader;
    tell(() -> listeners.leaderFound(leader, before));
  }

  /** It is not to be used any more, if there was one. */
  void lost() {
    LeaderNode leader = now;
    if (leader != null) {
      now = null;
      tell(() -> listeners.leaderLost(leader));
    }
  }

  /** Tells nothing from now on. */
  void close() {
    closed = true;
  }

  private void tell(Runnable event) {
    if (!listeners.isEmpty()) {
      loop.execute(
          () -> {
            if (!closed) {
              event.run();
            }
          });
    }
  }
}
