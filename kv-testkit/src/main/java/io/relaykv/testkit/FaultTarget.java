package io.relaykv.testkit;

import io.relaykv.testkit.node.NodeFaults;
import java.util.function.UnaryOperator;

/** One node, as faults are put into it. Thread-safe. */
interface FaultTarget {
  /** Returns when the change is in force. */
  void change(UnaryOperator<NodeFaults> how);

  FaultCounts counts();
}
