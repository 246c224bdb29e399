package io.relaykv.server.status;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one node knows it, which is not all that there is to know: without a leader a node
 * hears little of the others.
 *
 * @param name of the cluster
 * @param self the node that says so
 * @param isMember false if that node waits to be added
 * @param leader the name of the leader as the node knows it; null if it knows none
 * @param leads whether it is the node itself
 * @param confirmed whether the leadership was confirmed a moment ago: by a majority for the leader,
 *     by the leader for others
 * @param nodes the members, by name
 */
record ClusterView(
    String name,
    String self,
    boolean isMember,
    @Nullable String leader,
    boolean leads,
    boolean confirmed,
    List<NodeView> nodes) {
  ClusterView {
    nodes = List.copyOf(nodes);
  }

  int majority() {
    return nodes.size() / 2 + 1;
  }

  List<NodeView> up() {
    return nodes.stream().filter(NodeView::up).toList();
  }

  List<NodeView> down() {
    return nodes.stream().filter(node -> !node.up()).toList();
  }

  /** The node that says so, if it is a member. */
  Optional<NodeView> ownView() {
    return nodes.stream().filter(node -> node.id().equals(self)).findFirst();
  }
}
