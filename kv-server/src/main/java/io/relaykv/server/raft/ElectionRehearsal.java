package io.relaykv.server.raft;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftPeerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a node ask each other member once, while there is a leader, for a preliminary vote that it
 * cannot win. Otherwise the first request of its life would be the one that matters: it would load
 * classes and make connections while the cluster has no leader, and take so long that the next in
 * turn stands as well ({@link ElectionTimer}).
 *
 * <p>Thread-safe.
 */
final class ElectionRehearsal {
  private static final Logger log = LoggerFactory.getLogger(ElectionRehearsal.class);

  /** How long to leave a member alone that could not be asked. */
  private static final long RETRY_MS = 5_000;

  /** Asks for a vote. */
  interface Vote {
    /**
     * Asks, and waits for the answer, which means nothing.
     *
     * @throws IOException if there is none; runtime exceptions of gRPC too
     */
    void ask(RaftPeerId member) throws IOException;
  }

  private final Supplier<? extends Collection<RaftPeerId>> others;
  private final Vote vote;
  private final Executor threads;
  private final LongSupplier clockMs;

  /** Guarded by this. */
  private final Set<RaftPeerId> asked = new HashSet<>();

  /** Guarded by this. */
  private boolean underWay;

  /** Guarded by this. */
  private long notBeforeMs;

  /**
   * @param others whom to ask, as it is now; nobody while there is no leader
   * @param threads run one task at a time, which waits for other nodes
   * @param clockMs any steady clock
   */
  ElectionRehearsal(
      Supplier<? extends Collection<RaftPeerId>> others,
      Vote vote,
      Executor threads,
      LongSupplier clockMs) {
    this.others = others;
    this.vote = vote;
    this.threads = threads;
    this.clockMs = clockMs;
    this.notBeforeMs = clockMs.getAsLong();
  }

  /** To be called again and again; does not wait. */
  synchronized void tick() {
    if (underWay || clockMs.getAsLong() < notBeforeMs) {
      return;
    }
    Set<RaftPeerId> missing = new HashSet<>(others.get());
    missing.removeAll(asked);
    if (!missing.isEmpty()) {
      underWay = true;
      threads.execute(() -> askAll(missing));
    }
  }

  private void askAll(Set<RaftPeerId> members) {
    Set<RaftPeerId> answered = new HashSet<>();
    try {
      for (RaftPeerId member : members) {
        if (answers(member)) {
          answered.add(member);
        }
      }
    } finally {
      synchronized (this) {
        asked.addAll(answered);
        underWay = false;
        notBeforeMs = clockMs.getAsLong() + (answered.containsAll(members) ? 0 : RETRY_MS);
      }
    }
  }

  private boolean answers(RaftPeerId member) {
    try {
      vote.ask(member);
      return true;
    } catch (IOException | RuntimeException e) {
      log.debug("{} cannot be asked for a vote yet: {}", member, e.toString());
      return false;
    }
  }
}
