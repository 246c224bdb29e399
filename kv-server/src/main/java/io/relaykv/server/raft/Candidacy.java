package io.relaykv.server.raft;

import java.util.Arrays;
import java.util.Objects;
import org.apache.ratis.server.RaftServer;

/**
 * Tells a candidate that stands for election from one that only looks like it. Ratis gives an
 * election up for good when it fails, as by a disk that has no room for the new term, and leaves
 * the node a candidate (LeaderElection, Ratis 3.3.0): it does not stand again, and if its log is
 * the longest it does not let others win either.
 */
final class Candidacy {
  private Candidacy() {}

  /** Whether the node is a candidate without an election; for a moment that is so at its begin. */
  static boolean isGivenUp(RaftServer.Division division) {
    return division.getInfo().isCandidate() && !hasElection(division.getMemberId().toString());
  }

  /** An election is a thread, named for the member. */
  private static boolean hasElection(String memberId) {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    // Those that do not fit are left out: room for some more.
    Thread[] threads = new Thread[2 * all.activeCount() + 64];
    all.enumerate(threads);
    return Arrays.stream(threads)
        .filter(Objects::nonNull)
        .anyMatch(thread -> thread.getName().startsWith(memberId + "-LeaderElection"));
  }
}
