package io.relaykv.server.raft;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, before this node stands for election, whether enough others have no longer log than
 * it, as they would not vote for it otherwise. Ratis (3.3.0) waits in an election for everybody who
 * has not answered, the leader that has vanished among them, until a timeout, although whoever has
 * a longer log has refused; and as long as it waits it answers no request for a vote of its own
 * ({@code RaftServerImpl.requestVote}): nobody can be elected meanwhile (docs/adr/0019).
 *
 * <p>A node that cannot win lets those know who can ({@link RefusedRivals}), and gives way.
 *
 * <p>Thread-safe.
 */
final class Canvass {
  private static final Logger log = LoggerFactory.getLogger(Canvass.class);

  /** How long others may take to answer once one has a longer log: with them it may win yet. */
  private static final long GRACE_MS = 50;

  /** Who has not answered by then may answer Ratis. */
  private static final long LIMIT_MS = 300;

  /** What is known. */
  enum Verdict {
    OPEN,
    STAND,
    GIVE_WAY
  }

  /** How others are asked; each waits for the answer. */
  interface Others {
    /** The last entry in the log of that member. */
    TermIndex lastEntryOf(RaftPeerId member) throws IOException;

    /** Has that member, which has a longer log, learn that this one would stand. */
    void provoke(RaftPeerId member) throws IOException;
  }

  private final RaftPeerId self;
  private final Supplier<RaftConfiguration> membership;
  private final Supplier<Optional<TermIndex>> ownLastEntry;
  private final Others others;
  private final Executor threads;
  private final LongSupplier clockMs;

  /** Whom nobody has answered for yet, of this and earlier rounds. Guarded by this. */
  private final Set<RaftPeerId> waitedFor = new HashSet<>();

  /** The last one. Guarded by this. */
  private @Nullable Round underWay;

  /** What has been answered to one question; guarded by the canvass. */
  private static final class Round {
    private final long begunMs;
    private final Optional<TermIndex> own;
    private final int asked;

    /** Whether the log of each that has answered is longer. */
    private final Map<RaftPeerId, Boolean> longer = new HashMap<>();

    private int failed;

    /** When the first such answer came; the beginning until then. */
    private long outrankedMs;

    Round(long begunMs, Optional<TermIndex> own, int asked) {
      this.begunMs = begunMs;
      this.own = own;
      this.asked = asked;
      this.outrankedMs = begunMs;
    }

    boolean isOutranked() {
      return longer.containsValue(true);
    }

    boolean hasEnded() {
      return longer.size() + failed == asked;
    }

    void answered(RaftPeerId member, TermIndex last, long nowMs) {
      // Raft paper, section 5.4.1.
      boolean isLonger = last.compareTo(own.orElse(TermIndex.INITIAL_VALUE)) > 0;
      if (isLonger && !isOutranked()) {
        outrankedMs = nowMs;
      }
      longer.put(member, isLonger);
    }
  }

  /**
   * @param ownLastEntry of this node's log
   * @param threads run tasks that wait for other nodes, one for each at the same time
   * @param clockMs any steady clock
   */
  Canvass(
      RaftPeerId self,
      Supplier<RaftConfiguration> membership,
      Supplier<Optional<TermIndex>> ownLastEntry,
      Others others,
      Executor threads,
      LongSupplier clockMs) {
    this.self = self;
    this.membership = membership;
    this.ownLastEntry = ownLastEntry;
    this.others = others;
    this.threads = threads;
    this.clockMs = clockMs;
  }

  /**
   * Asks the others unless they have been asked, and says what is known by now. Does not wait; to
   * be called again soon while the verdict is open.
   */
  synchronized Verdict look() {
    Round round = underWay;
    // Nobody has looked for so long if a leader was heard of meanwhile.
    if (round == null || clockMs.getAsLong() - round.begunMs >= 2 * LIMIT_MS) {
      round = begin();
    }
    Verdict verdict = verdict(round);
    underWay = verdict == Verdict.OPEN ? round : null;
    if (verdict == Verdict.GIVE_WAY) {
      round.longer.forEach((member, outranks) -> provokeIf(outranks, member));
    }
    return verdict;
  }

  private Verdict verdict(Round round) {
    if (hasMajority(round)) {
      return Verdict.STAND;
    }
    long nowMs = clockMs.getAsLong();
    if (round.isOutranked()) {
      boolean over = round.hasEnded() || nowMs - round.outrankedMs >= GRACE_MS;
      return over ? Verdict.GIVE_WAY : Verdict.OPEN;
    }
    boolean over = round.hasEnded() || nowMs - round.begunMs >= LIMIT_MS;
    return over ? Verdict.STAND : Verdict.OPEN;
  }

  /** Of the previous members too while they are being changed (Raft paper, section 6). */
  private boolean hasMajority(Round round) {
    RaftConfiguration present = membership.get();
    return hasMajority(round, present.getCurrentPeers())
        && (present.getPreviousPeers().isEmpty() || hasMajority(round, present.getPreviousPeers()));
  }

  private boolean hasMajority(Round round, Collection<RaftPeer> peers) {
    long votes =
        peers.stream()
            .map(RaftPeer::getId)
            .filter(id -> id.equals(self) || Boolean.FALSE.equals(round.longer.get(id)))
            .count();
    return votes > peers.size() / 2;
  }

  /** Call it with the lock. */
  private Round begin() {
    List<RaftPeerId> members =
        membership.get().getAllPeers().stream()
            .map(RaftPeer::getId)
            .filter(id -> !id.equals(self))
            .toList();
    Round round = new Round(clockMs.getAsLong(), ownLastEntry.get(), members.size());
    for (RaftPeerId member : members) {
      // Of one that is silent, one question is enough.
      if (waitedFor.add(member)) {
        threads.execute(() -> ask(member, round));
      }
    }
    return round;
  }

  private void ask(RaftPeerId member, Round round) {
    Optional<TermIndex> theirs = Optional.empty();
    try {
      theirs = Optional.of(others.lastEntryOf(member));
    } catch (IOException | RuntimeException e) {
      log.debug("{} cannot be asked for its last entry: {}", member, e.toString());
    }
    synchronized (this) {
      waitedFor.remove(member);
      if (theirs.isPresent()) {
        round.answered(member, theirs.get(), clockMs.getAsLong());
      } else {
        round.failed++;
      }
    }
  }

  private void provokeIf(boolean outranks, RaftPeerId member) {
    if (outranks) {
      threads.execute(
          () -> {
            try {
              others.provoke(member);
            } catch (IOException | RuntimeException e) {
              log.debug("{} could not be told that it can win: {}", member, e.toString());
            }
          });
    }
  }
}
