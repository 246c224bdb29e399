package io.relaykv.server.raft;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What this node, as a follower, promises its leader with each acknowledgement: for the least
 * election timeout after it got the append, it helps nobody else to lead. So the leader may serve
 * reads without asking anybody ({@link LeaderLease}; Raft thesis 6.4.1). Ratis itself refuses only
 * preliminary votes meanwhile; it grants a vote that was on its way for long, or one that a forced
 * election asks for (docs/adr/0014).
 *
 * <p>Nor does the node stand for election itself: {@link ElectionTimer} and Ratis' own timer take
 * at least as long. It is forced to by a leader that hands over, which gives the promise back
 * before.
 *
 * <p>A node that has just started may have promised something before, and keeps that too. One that
 * leads has promised nobody anything; it ends its own lease by voting.
 *
 * <p>Thread-safe. No lock is held while Ratis decides, which may take long. An append that arrives
 * meanwhile is answered without a promise, unless it turns out that Ratis has not moved to another
 * term.
 */
final class VotePromise {
  private final Duration length;
  private final LongSupplier nanoTime;
  private final LeaseMetrics metrics;
  private volatile RaftServer.@Nullable Division division;

  /** Whom the promise is made to; nobody in particular after a start. Guarded by this. */
  private ByteString leader = ByteString.EMPTY;

  /** Guarded by this. */
  private long madeNanos;

  /** Of whom the last append that counted was, and which turn it was of. Guarded by this. */
  private long leaderTerm;

  /** Guarded by this. */
  private long turn;

  /** The leader has given it back. Guarded by this. */
  private boolean released;

  /** How many votes and elections Ratis is deciding about. Guarded by this. */
  private int undecided;

  /** The highest term that they may bring. Guarded by this. */
  private long undecidedTerm;

  /**
   * @param length how long each promise lasts: the least election timeout of this node
   */
  VotePromise(Duration length, LongSupplier nanoTime, LeaseMetrics metrics) {
    this.length = length;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.madeNanos = nanoTime.getAsLong();
  }

  /** Says where term and role of this node are known. */
  void attach(RaftServer.Division of) {
    division = of;
  }

  /** An append has arrived; to be told before Ratis is. */
  synchronized void heard(AppendEntriesRequestProto append) {
    if (append.getLeaderTerm() < currentTerm()) {
      // Terms only rise: Ratis will not acknowledge it, and the sender leads no more.
      return;
    }
    ByteString sender = append.getServerRequest().getRequestorId();
    long its = PromiseField.turn(append);
    if (sender.equals(leader) && append.getLeaderTerm() == leaderTerm && its < turn) {
      // Heartbeats and entries take different ways: it was overtaken by what counts now.
      return;
    }
    leader = sender;
    leaderTerm = append.getLeaderTerm();
    turn = its;
    madeNanos = nanoTime.getAsLong();
    released = PromiseField.isRelease(its);
  }

  /** The answer to an append that was {@link #heard}, with the promise if there is one in it. */
  AppendEntriesReplyProto answer(AppendEntriesReplyProto reply) {
    return follows(reply) && isMadeIn(reply.getTerm())
        ? PromiseField.promise(reply, length)
        : reply;
  }

  /** Whether the sender follows the one whom it answers, also if their logs differ. */
  static boolean follows(AppendEntriesReplyProto reply) {
    return reply.getResult() == AppendResult.SUCCESS
        || reply.getResult() == AppendResult.INCONSISTENCY;
  }

  private synchronized boolean isMadeIn(long term) {
    return !mayLeave(term) && currentTerm() <= term;
  }

  /** Whether Ratis is deciding about a vote in a higher term than that. */
  synchronized boolean mayLeave(long term) {
    return undecided > 0 && undecidedTerm > term;
  }

  /**
   * Lets Ratis decide about a vote unless that would break the promise.
   *
   * @return why it was refused; empty if Ratis has decided
   */
  Optional<String> vote(RequestVoteRequestProto request, Runnable ratis) {
    if (request.getPreVote()) {
      // Binds nobody, and Ratis refuses it while it has a leader.
      ratis.run();
      return Optional.empty();
    }
    synchronized (this) {
      boolean owed = !released && nanoTime.getAsLong() - madeNanos < length.toNanos();
      if (owed && !request.getServerRequest().getRequestorId().equals(leader) && !leads()) {
        metrics.refusedVote();
        return Optional.of("this node has promised its leader not to vote yet");
      }
      begin(request.getCandidateTerm());
    }
    decide(ratis);
    return Optional.empty();
  }

  /**
   * Lets Ratis begin an election at once, as a leader that hands over asks for, if that leader has
   * given the promise back.
   *
   * @return why it was refused; empty if Ratis has been asked
   */
  Optional<String> startElection(StartLeaderElectionRequestProto request, Runnable ratis) {
    synchronized (this) {
      // The request may be late: by now its sender may lead on, and rely on the promise again.
      if (!released || !request.getServerRequest().getRequestorId().equals(leader)) {
        return Optional.of("its leader has not given back the promise not to vote");
      }
      begin(Long.MAX_VALUE);
    }
    decide(ratis);
    return Optional.empty();
  }

  /** Call it with the lock. */
  private void begin(long term) {
    undecidedTerm = undecided == 0 ? term : Math.max(undecidedTerm, term);
    undecided++;
  }

  private void decide(Runnable ratis) {
    try {
      ratis.run();
    } finally {
      synchronized (this) {
        undecided--;
      }
    }
  }

  /** The term that this node is in. */
  long currentTerm() {
    RaftServer.Division attached = division;
    return attached == null ? 0 : attached.getInfo().getCurrentTerm();
  }

  private boolean leads() {
    RaftServer.Division attached = division;
    return attached != null && attached.getInfo().isLeader();
  }
}
