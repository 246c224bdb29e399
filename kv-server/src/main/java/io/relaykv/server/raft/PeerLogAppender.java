package io.relaykv.server.raft;

import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.SnapshotTransfer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Ratis' log appender, mended for followers that are slow or do not answer, and for snapshots that
 * take long (Ratis 3.3.0). Ratis calls it on the appender's own thread.
 */
final class PeerLogAppender extends GrpcLogAppender {
  /** A follower that has not answered for so long is not waiting for the next entry. */
  private static final TimeDuration UNRESPONSIVE = TimeDuration.valueOf(50, TimeUnit.MILLISECONDS);

  private static final long UNRESPONSIVE_WAIT_MS = 10;

  /** Snapshot and log are no longer kept for a follower that has not answered for so long. */
  private static final TimeDuration GIVEN_UP = TimeDuration.valueOf(10, TimeUnit.SECONDS);

  private final KvStateMachine stateMachine;

  /** Who is so far behind finds the next entry in the log also when it is cut. */
  private final long purgeMargin;

  /** The snapshot that the follower gets, until it has caught up with what came behind it. */
  private @Nullable SnapshotTransfer transfer;

  PeerLogAppender(
      RaftServer.Division division,
      LeaderState state,
      FollowerInfo follower,
      KvStateMachine stateMachine) {
    super(division, state, follower);
    this.stateMachine = stateMachine;
    this.purgeMargin =
        RaftServerConfigKeys.Log.purgePreservationLogNum(division.getRaftServer().getProperties());
  }

  @Override
  public void run() throws IOException {
    try {
      super.run();
    } finally {
      endTransfer();
    }
  }

  /**
   * Asked whenever there may be something to send, and not while a snapshot is on its way. One that
   * is due now although another was sent means that the transfer broke off, or that the log has
   * been cut behind it.
   */
  @Override
  public @Nullable SnapshotInfo shouldInstallSnapshot() {
    @Nullable SnapshotInfo due = super.shouldInstallSnapshot();
    if (transfer != null && (due != null || hasCaughtUp() || silentFor(GIVEN_UP))) {
      endTransfer();
    }
    return due;
  }

  private boolean hasCaughtUp() {
    return getRaftLog().getNextIndex() - 1 - getFollower().getMatchIndex() <= purgeMargin;
  }

  private void endTransfer() {
    SnapshotTransfer ended = transfer;
    transfer = null;
    if (ended != null) {
      ended.close();
    }
  }

  /**
   * Without a least time between appends, Ratis' loop spins while a follower with entries to come
   * does not answer: it finds nothing that it may send, and does not wait.
   */
  @Override
  public long getWaitTimeMs() {
    long waitMs = super.getWaitTimeMs();
    return waitMs <= 0 && silentFor(UNRESPONSIVE) ? UNRESPONSIVE_WAIT_MS : waitMs;
  }

  /**
   * Ratis calls it for every answer of every follower, when there is next to never anything to be
   * sent; to wake a thread for that costs more than to look. What there is to be sent later, as a
   * heartbeat, the appender wakes for by itself.
   */
  @Override
  public void notifyLogAppender() {
    if (mayHaveToSend()) {
      getEventAwaitForSignal().signal();
    }
  }

  private boolean mayHaveToSend() {
    try {
      return shouldSendAppendEntries();
    } catch (IllegalStateException e) {
      // The log is closed: answers of others who are late still come when this node stops.
      return true;
    }
  }

  /**
   * While a follower has as many appends to answer as it may have, Ratis sends it a heartbeat for
   * each entry that comes, which makes it slower yet. One that is due is sent.
   */
  @Override
  public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    boolean insteadOfEntries = heartbeat && hasPendingDataRequests();
    return insteadOfEntries && getHeartbeatWaitTimeMs() > 0
        ? null
        : super.newAppendEntriesRequest(callId, heartbeat);
  }

  /**
   * Begins to send a snapshot only to a follower that answers. To one that is down, Ratis would
   * send its first chunks into the void and then wait more than a minute for their answers, in
   * which it does not notice that the follower has come back.
   */
  @Override
  public Iterable<InstallSnapshotRequestProto> newInstallSnapshotRequests(
      String requestId, SnapshotInfo snapshot) {
    TimeDuration electionTimeout =
        TimeDuration.valueOf(getServer().properties().minRpcTimeoutMs(), TimeUnit.MILLISECONDS);
    if (silentFor(electionTimeout)) {
      throw new IllegalStateException(
          "no snapshot is sent to " + getFollowerId() + " before it answers heartbeats");
    }
    SnapshotTransfer begun =
        stateMachine.beginTransfer(snapshot, super.newInstallSnapshotRequests(requestId, snapshot));
    transfer = begun;
    return begun;
  }

  private boolean silentFor(TimeDuration duration) {
    return getFollower().getLastRpcResponseTime().elapsedTime().compareTo(duration) > 0;
  }
}
