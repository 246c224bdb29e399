package io.relaykv.server.raft;

import io.relaykv.server.config.NodeConfig.ReadMode;
import io.relaykv.server.raft.Leadership.Sent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.jspecify.annotations.Nullable;

/**
 * Tells a read that this node leads: the one gate in front of the applied state. Thread-safe.
 *
 * <p>While a majority keeps its promise not to vote ({@link VotePromise}), nobody else can be
 * leader, and reads pass at once: the lease. Otherwise each group of waiting reads costs one round
 * in which a majority acknowledges an append or a heartbeat sent after the group had formed
 * (ReadIndex; Raft thesis 6.4). Since a leader serves only after it has applied an entry of its own
 * term, and acknowledges writes only after it has applied them, the applied state then holds every
 * write acknowledged before the read began.
 *
 * <p>Ratis' own LINEARIZABLE reads skip the round when an earlier one had confirmed the same commit
 * index, and so return stale values (docs/adr/0002); its own lease relies on a promise that its
 * followers do not keep (docs/adr/0014).
 */
public final class LeaderLease {
  /** A round that takes longer has lost its majority. */
  private static final long ROUND_TIMEOUT_MS = 1000;

  /** A follower that has not acknowledged anything for so long hears of nothing soon. */
  private static final long REACHABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often {@link #tick} must be called. */
  public static final long TICK_MS = 100;

  private static final CompletableFuture<Void> PASSED = CompletableFuture.completedFuture(null);

  private final boolean leased;
  private final long keptWarmNanos;
  private final LeaseMetrics metrics;
  private final Supplier<Moment> clock;

  private volatile RaftServer.@Nullable Division division;
  private volatile @Nullable Leadership leadership;

  private final Object roundLock = new Object();

  /** Waits for acknowledgements. Guarded by {@link #roundLock}. */
  private @Nullable ConfirmationRound running;

  /** Gathers reads while another round runs. Guarded by {@link #roundLock}. */
  private @Nullable ConfirmationRound next;

  /**
   * The lease of one node.
   *
   * @param mode whether reads may pass without asking a majority
   * @param electionTimeout the least one
   */
  public LeaderLease(String nodeId, ReadMode mode, Duration electionTimeout) {
    this(mode, electionTimeout, LeaseMetrics.of(nodeId), Moment::now);
  }

  LeaderLease(
      ReadMode mode, Duration electionTimeout, LeaseMetrics metrics, Supplier<Moment> clock) {
    this.leased = mode == ReadMode.LEASE;
    this.keptWarmNanos = electionTimeout.toNanos() / 4;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The division whose leadership counts; before that nobody leads. */
  void attach(RaftServer.Division division) {
    this.division = division;
  }

  /**
   * Completes once this node was the leader at some moment after this call; the caller then reads
   * the applied state. Fails with {@link NotLeadingException} or {@link
   * LeadershipUnconfirmedException}. May complete on a network thread of Ratis, which the caller
   * must leave at once.
   */
  public CompletableFuture<Void> barrier() {
    Leadership current = leading();
    if (current == null) {
      metrics.refusal();
      return CompletableFuture.failedFuture(new NotLeadingException("this node does not lead"));
    }
    if (leased && holds(current)) {
      metrics.hit();
      return PASSED;
    }
    return joinRound();
  }

  /**
   * Whether nobody else can be leader at the moment that is looked at, as a majority keeps its
   * promise; this node was it then, as it still is afterwards in the same term.
   */
  private boolean holds(Leadership current) {
    RaftServer.Division attached = division;
    return attached != null
        && current.leaseHolds(clock.get(), attached.getRaftConf())
        && leading() == current;
  }

  /** Whether a read that came now would pass without asking anybody. */
  boolean isHeld() {
    Leadership current = leading();
    return leased && current != null && holds(current);
  }

  private CompletableFuture<Void> joinRound() {
    ConfirmationRound joined;
    boolean begins;
    synchronized (roundLock) {
      begins = running == null;
      if (begins) {
        running = begin(new ConfirmationRound());
        joined = running;
      } else {
        if (next == null) {
          next = new ConfirmationRound();
        }
        joined = next;
      }
    }
    if (begins) {
      triggerHeartbeats();
      settle();
    }
    return joined.done();
  }

  private ConfirmationRound begin(ConfirmationRound round) {
    metrics.round();
    round.begin(clock.get().nanos());
    return round;
  }

  /**
   * Whether this node leads as far as it knows itself, and has applied an entry of its own term.
   */
  public boolean leadsAsFarAsKnown() {
    return leading() != null;
  }

  /** The present leadership if this node leads as far as it knows. */
  private @Nullable Leadership leading() {
    RaftServer.Division attached = division;
    if (attached == null) {
      return null;
    }
    DivisionInfo info = attached.getInfo();
    long term = info.getCurrentTerm();
    // Terms only rise: it is the leader of this one if it is the same before and after.
    if (!info.isLeader() || !info.isLeaderReady() || info.getCurrentTerm() != term) {
      return null;
    }
    Leadership present = leadershipIn(term, attached.getId());
    return present.term() == term && !present.isOver() ? present : null;
  }

  /**
   * Called every {@link #TICK_MS}: ends a round that has taken too long, asks again for the
   * heartbeats of one that has not, and keeps the lease alive while nothing else is sent.
   */
  public void tick() {
    settle();
    boolean waiting;
    synchronized (roundLock) {
      waiting = running != null;
    }
    Leadership current = leading();
    if (waiting || (current != null && current.isReleased())) {
      triggerHeartbeats();
    } else if (leased && current != null) {
      current.triggerHeartbeatsUnlessSentSince(clock.get().nanos() - keptWarmNanos);
    }
  }

  private void triggerHeartbeats() {
    Leadership current = leadership;
    if (current != null) {
      current.triggerHeartbeats();
    }
  }

  /** Completes the running round if it is confirmed or cannot be any more, and begins the next. */
  private void settle() {
    boolean another = true;
    while (another) {
      ConfirmationRound finished;
      @Nullable RuntimeException failure;
      synchronized (roundLock) {
        if (running == null) {
          return;
        }
        Verdict verdict = verdict(running);
        if (verdict == Verdict.OPEN) {
          return;
        }
        failure = verdict.failure();
        finished = running;
        running = next == null ? null : begin(next);
        next = null;
        another = running != null;
      }
      if (another) {
        triggerHeartbeats();
      }
      if (failure == null) {
        finished.done().complete(null);
      } else {
        metrics.refusal();
        finished.done().completeExceptionally(failure);
      }
    }
  }

  private Verdict verdict(ConfirmationRound round) {
    Leadership current = leading();
    RaftServer.Division attached = division;
    if (current == null || attached == null) {
      return Verdict.LOST;
    }
    if (current.confirmedSince(round.startNanos(), attached.getRaftConf())) {
      return Verdict.CONFIRMED;
    }
    long waitedNanos = clock.get().nanos() - round.startNanos();
    return waitedNanos > TimeUnit.MILLISECONDS.toNanos(ROUND_TIMEOUT_MS)
        ? Verdict.TOO_LATE
        : Verdict.OPEN;
  }

  /** What can be said of a round. */
  private enum Verdict {
    OPEN,
    CONFIRMED,
    LOST,
    TOO_LATE;

    @Nullable RuntimeException failure() {
      return switch (this) {
        case OPEN, CONFIRMED -> null;
        case LOST -> new NotLeadingException("this node has lost the leadership");
        case TOO_LATE ->
            new LeadershipUnconfirmedException(
                "no majority confirmed the leadership within %d ms".formatted(ROUND_TIMEOUT_MS));
      };
    }
  }

  /** The followers as this leader sees them; empty if this node has never led. */
  List<FollowerProgress> followers() {
    Leadership current = leadership;
    return current == null ? List.of() : current.followers();
  }

  /**
   * The view of Ratis' leader state that a log appender is given: it reports here, then to Ratis.
   */
  LeaderState observe(RaftServer.Division leading, LeaderState state, RaftPeerId follower) {
    Leadership of = leadershipIn(leading.getInfo().getCurrentTerm(), leading.getId());
    return new ObservedLeaderState(state, follower, of, this, clock);
  }

  /** Ratis has made an appender for what {@link #observe} returned. */
  void appenderMade(LogAppender appender, LeaderState observed) {
    ((ObservedLeaderState) observed).leadership().addAppender(appender);
  }

  /**
   * The leadership of {@code term}, or of a later one if there has been one. A node leads at most
   * once in a term; one without followers has no appenders that could report the beginning.
   */
  private Leadership leadershipIn(long term, RaftPeerId self) {
    Leadership present = leadership;
    if (present != null && present.term() >= term) {
      return present;
    }
    synchronized (this) {
      present = leadership;
      if (present == null || present.term() < term) {
        if (present != null) {
          present.end();
        }
        present = new Leadership(self, term, clock.get());
        leadership = present;
      }
      return present;
    }
  }

  /** A follower has answered an append. */
  void onReply(Leadership of, RaftPeerId follower, Sent append, AppendEntriesReplyProto reply) {
    if (VotePromise.follows(reply) && reply.getTerm() == of.term()) {
      of.acknowledged(follower, append, PromiseField.promised(reply));
      settle();
      triggerAgain(of, follower);
    }
  }

  /**
   * An append that was made before the round began does not confirm it, but Ratis takes it for the
   * heartbeat that was asked for if it is sent after that ({@code GrpcLogAppender.sendRequest}).
   */
  private void triggerAgain(Leadership of, RaftPeerId follower) {
    synchronized (roundLock) {
      if (running == null || of.hasSentSince(follower, running.startNanos())) {
        return;
      }
    }
    of.triggerHeartbeat(follower);
  }

  /** Ratis steps down, as a follower has answered from a higher term. */
  void steppingDown(Leadership of) {
    of.end();
    settle();
  }

  /** Ratis says that another node leads, or none. */
  public void leadershipLost() {
    Leadership current = leadership;
    if (current != null) {
      current.end();
    }
    settle();
  }

  /**
   * Gives the followers' promises back, so that one of them can be elected at once. Until {@link
   * #engage} there is no lease, and each group of reads costs a round.
   *
   * @return completes when all followers that can be reached know of it
   */
  CompletableFuture<Void> release() {
    Leadership current = leading();
    if (current == null) {
      return PASSED;
    }
    CompletableFuture<Void> heard = current.release(clock.get().nanos() - REACHABLE_NANOS);
    current.triggerHeartbeats();
    return heard;
  }

  /** Relies on the followers' promises again, if this node still leads. */
  void engage() {
    Leadership current = leading();
    if (current != null) {
      current.engage(clock.get());
    }
  }
}
