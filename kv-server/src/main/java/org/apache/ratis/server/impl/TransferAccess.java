package org.apache.ratis.server.impl;

import org.apache.ratis.server.RaftServer;

/**
 * What Ratis (3.3.0) shows to nobody outside of this package of its own, as {@link FollowerAccess}.
 * Thread-safe.
 */
public final class TransferAccess {
  private TransferAccess() {}

  /**
   * Ends a transfer of the leadership that has failed. Ratis takes no writes while there is one,
   * and forgets to end the one that it could not even begin, until another node leads ({@code
   * TransferLeadership.start}).
   */
  public static void end(RaftServer.Division division) {
    ((RaftServerImpl) division)
        .getTransferLeadership()
        .complete(TransferLeadership.Result.DIFFERENT_LEADER);
  }
}
