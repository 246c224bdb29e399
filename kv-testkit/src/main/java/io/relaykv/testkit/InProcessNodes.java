package io.relaykv.testkit;

import io.relaykv.server.raft.RaftSeams;
import io.relaykv.testkit.node.FaultCounters;
import io.relaykv.testkit.node.FaultsInForce;
import java.util.function.Function;

/** Makes nodes in this JVM. */
record InProcessNodes(ClusterFaults faults, PeerNetwork network, RaftSeams seams)
    implements Function<NodeFiles, TestNode> {
  @Override
  public TestNode apply(NodeFiles files) {
    FaultsInForce inForce = new FaultsInForce(files.id(), new FaultCounters());
    faults.register(files.id(), new NodeInThisJvm(inForce));
    return new InProcessNode(files, inForce.seams(seams, network.hooks()));
  }
}
