package org.apache.ratis.server.impl;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * What Ratis (3.3.0) shows to nobody outside of this package of its own, which is the only reason
 * why this class is in it (docs/adr/0019). Thread-safe.
 */
public final class FollowerAccess {
  private FollowerAccess() {}

  /** For how long this follower has heard of no leader, in ms; empty if it is no follower. */
  public static OptionalLong silentMs(RaftServer.Division division) {
    return ((RaftServerImpl) division)
        .getRole()
        .getFollowerState()
        .map(follower -> OptionalLong.of(follower.getLastRpcTime().elapsedTimeMs()))
        .orElse(OptionalLong.empty());
  }

  /**
   * Has this follower stand for election, first asking the others whether they would vote for it,
   * on the conditions on which Ratis itself would ({@code FollowerState.roleChangeChecking}).
   *
   * @param silentMs the leader must have been silent for at least so long
   * @return false if the conditions are not met
   */
  public static boolean standForElection(RaftServer.Division division, long silentMs) {
    RaftServerImpl server = (RaftServerImpl) division;
    synchronized (server) {
      if (!mayStand(server, silentMs)) {
        return false;
      }
      server.getLeaderElectionMetrics().onLeaderElectionTimeout();
      server.changeToCandidate(false);
      return true;
    }
  }

  /** The last entry of this node's log, or of the snapshot that has taken its place. */
  public static Optional<TermIndex> lastEntry(RaftServer.Division division) {
    return Optional.ofNullable(((RaftServerImpl) division).getState().getLastEntry());
  }

  /**
   * Asks another member for a preliminary vote with the begin of a log, which nobody votes for who
   * has a longer one, and waits for the answer for Ratis' request timeout at most. A preliminary
   * vote that is refused changes nothing at whoever is asked ({@code RaftServerImpl.requestVote}).
   *
   * @return the last entry of that member's log
   * @throws IOException if there is no answer; gRPC's runtime exceptions too
   */
  public static TermIndex askForHopelessVote(RaftServer.Division division, RaftPeerId member)
      throws IOException {
    return askForVote((RaftServerImpl) division, member, TermIndex.INITIAL_VALUE);
  }

  /** Asks another member for a preliminary vote, as the above, but with this node's log. */
  public static void askForVote(RaftServer.Division division, RaftPeerId member)
      throws IOException {
    var unused =
        askForVote(
            (RaftServerImpl) division, member, lastEntry(division).orElse(TermIndex.INITIAL_VALUE));
  }

  private static TermIndex askForVote(RaftServerImpl server, RaftPeerId member, TermIndex with)
      throws IOException {
    return TermIndex.valueOf(
        server
            .getServerRpc()
            .requestVote(
                ServerProtoUtils.toRequestVoteRequestProto(
                    server.getMemberId(), member, server.getState().getCurrentTerm(), with, true))
            .getLastEntry());
  }

  /**
   * Whether {@link #standForElection} would have it stand now. Takes no lock: Ratis holds that
   * while it writes down what the leader sends.
   */
  public static boolean mayStand(RaftServer.Division division, long silentMs) {
    return mayStand((RaftServerImpl) division, silentMs);
  }

  private static boolean mayStand(RaftServerImpl server, long silentMs) {
    FollowerState follower = server.getRole().getFollowerState().orElse(null);
    return follower != null
        && follower.getOutstandingOp() == 0
        && server.getInfo().isFollower()
        && follower.getLastRpcTime().elapsedTimeMs() >= silentMs
        && server.isRunning()
        && !follower.lostMajorityHeartbeatsRecently();
  }
}
