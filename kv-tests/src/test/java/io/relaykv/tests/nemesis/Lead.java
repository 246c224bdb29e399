package io.relaykv.tests.nemesis;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who leads, as far as the nodes that answer know.
 *
 * @param leader the one of the highest term, if several say so of themselves
 * @param term the highest that a node knows
 */
public record Lead(Optional<String> leader, long term) {
  /** As the nodes say it. */
  public static Lead of(ClusterStatus status) {
    List<NodeStatus.Up> up = status.up();
    return new Lead(
        up.stream()
            .filter(one -> one.leader().filter(one.name()::equals).isPresent())
            .max(Comparator.comparingLong(NodeStatus.Up::term))
            .map(NodeStatus.Up::name),
        up.stream().mapToLong(NodeStatus.Up::term).max().orElse(0));
  }

  /** Whether it is this node. */
  public boolean isOf(String node) {
    return leader.filter(node::equals).isPresent();
  }
}
