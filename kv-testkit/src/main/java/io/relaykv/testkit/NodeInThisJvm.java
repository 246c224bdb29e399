package io.relaykv.testkit;

import io.relaykv.testkit.node.FaultsInForce;
import io.relaykv.testkit.node.NodeFaults;
import java.util.function.UnaryOperator;

/** Puts faults into the network of a node in this JVM. */
record NodeInThisJvm(FaultsInForce network) implements FaultTarget {
  @Override
  public void change(UnaryOperator<NodeFaults> how) {
    synchronized (network) {
      network.set(how.apply(network.get()));
    }
  }

  @Override
  public FaultCounts counts() {
    return FaultCounts.of(network.counters().values());
  }
}
