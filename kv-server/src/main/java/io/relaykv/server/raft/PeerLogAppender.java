package io.relaykv.server.raft;

import java.util.concurrent.TimeUnit;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.TimeDuration;

/** Ratis' log appender, mended for followers that do not answer (Ratis 3.3.0). */
final class PeerLogAppender extends GrpcLogAppender {
  /** A follower that has not answered for so long is not waiting for the next entry. */
  private static final TimeDuration UNRESPONSIVE = TimeDuration.valueOf(50, TimeUnit.MILLISECONDS);

  private static final long UNRESPONSIVE_WAIT_MS = 10;

  PeerLogAppender(RaftServer.Division division, LeaderState state, FollowerInfo follower) {
    super(division, state, follower);
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
    return super.newInstallSnapshotRequests(requestId, snapshot);
  }

  private boolean silentFor(TimeDuration duration) {
    return getFollower().getLastRpcResponseTime().elapsedTime().compareTo(duration) > 0;
  }
}
