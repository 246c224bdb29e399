package io.relaykv.client.internal;

import io.relaykv.client.ClientListener;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's listeners, none of which can hurt the client. Without any, nothing is measured
 * and nothing is made. Thread-safe.
 */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(ClientListener.class);

  private final List<Guarded> listeners;

  Listeners(List<ClientListener> listeners) {
    this.listeners = listeners.stream().map(Guarded::new).toList();
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  void operationBegan(OperationKind kind) {
    tell(listener -> listener.operationBegan(kind));
  }

  void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {
    tell(listener -> listener.operationEnded(kind, outcome, nanos));
  }

  void operationsSentAgain(int count) {
    tell(listener -> listener.operationsSentAgain(count));
  }

  void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {
    tell(listener -> listener.leaderFound(leader, before));
  }

  void leaderLost(LeaderNode leader) {
    tell(listener -> listener.leaderLost(leader));
  }

  private void tell(Consumer<ClientListener> what) {
    listeners.forEach(listener -> listener.tell(what));
  }

  private static final class Guarded {
    private final ClientListener listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    Guarded(ClientListener listener) {
      this.listener = listener;
    }

    void tell(Consumer<ClientListener> what) {
      try {
        what.accept(listener);
      } catch (RuntimeException | Error e) {
        if (failed.compareAndSet(false, true)) {
          log.warn("A listener of a client has failed; its further failures are not logged", e);
        }
      }
    }
  }
}
