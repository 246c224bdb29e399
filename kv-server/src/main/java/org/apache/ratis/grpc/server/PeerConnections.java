package org.apache.ratis.grpc.server;

import java.io.IOException;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;

/**
 * What Ratis (3.3.0) shows to nobody outside of this package of its own, which is the only reason
 * why this class is in it (docs/adr/0019). Thread-safe.
 */
public final class PeerConnections {
  private PeerConnections() {}

  /**
   * Tries at once to connect to all other members to which there is no connection, and does not
   * wait for that. gRPC itself waits ever longer between two attempts, up to two minutes, and
   * meanwhile fails what is sent; Ratis ends that wait for the appends of a leader alone.
   */
  public static void tryAgain(RaftServer.Division division) {
    GrpcServicesImpl network = (GrpcServicesImpl) division.getRaftServer().getServerRpc();
    for (RaftPeer peer : division.getRaftConf().getAllPeers()) {
      if (!peer.getId().equals(division.getId())) {
        tryAgain(network, peer);
      }
    }
  }

  private static void tryAgain(GrpcServicesImpl network, RaftPeer peer) {
    try {
      network.getProxies().computeIfAbsent(peer).get().resetConnectBackoff();
    } catch (IOException e) {
      // This node is being stopped.
    }
  }
}
