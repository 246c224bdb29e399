package io.relaykv.client;

import java.util.List;
import java.util.Optional;

/**
 * The cluster as its nodes see it at one moment.
 *
 * @param nodes every node that was asked or named as a member, in the order of their names
 */
public record ClusterStatus(List<NodeStatus> nodes) {
  /** Copies the list. */
  public ClusterStatus {
    nodes = List.copyOf(nodes);
  }

  /** How well the cluster can serve. */
  public enum Health {
    /** There is a leader, all members follow it, and have room on their disks. */
    HEALTHY,
    /** It serves, but not all members take part, or one of them is short of disk space. */
    DEGRADED,
    /**
     * It does not serve: no leader, or no majority of the members takes part, or a restore is not
     * finished.
     */
    UNAVAILABLE
  }

  /** The node that says it leads, in the highest term if several do. */
  public Optional<NodeStatus.Up> leader() {
    return up().stream()
        .filter(node -> node.role() == NodeStatus.Role.LEADER)
        .reduce((a, b) -> a.term() >= b.term() ? a : b);
  }

  /** All nodes but those that wait to be added. */
  public List<NodeStatus> members() {
    return nodes.stream()
        .filter(node -> !(node instanceof NodeStatus.Up up && up.role() == NodeStatus.Role.JOINING))
        .toList();
  }

  /** The nodes that answered. */
  public List<NodeStatus.Up> up() {
    return nodes.stream()
        .filter(NodeStatus.Up.class::isInstance)
        .map(NodeStatus.Up.class::cast)
        .toList();
  }

  /**
   * The members that answered and know a leader: only these count. A node that has just been
   * started, or is cut off from the others, answers but keeps no copy of what is being written.
   */
  public List<NodeStatus.Up> joined() {
    return up().stream()
        .filter(node -> node.leader().isPresent() && node.role() != NodeStatus.Role.JOINING)
        .toList();
  }

  /** The nodes that have so little disk space that they refuse puts, or would as the leader. */
  public List<NodeStatus.Up> shortOfDisk() {
    return up().stream().filter(NodeStatus.Up::shortOfDisk).toList();
  }

  /**
   * How many of the members may fail with the others still able to serve; 0 if one more is too
   * many.
   */
  public int failuresTolerated() {
    return Math.max(0, joined().size() - majority());
  }

  /** How many members must work together to serve. */
  public int majority() {
    return members().size() / 2 + 1;
  }

  /** Whether a backup is being restored, as the leader says. */
  public boolean isRestoring() {
    return leader().filter(NodeStatus.Up::restoring).isPresent();
  }

  /** The verdict. */
  public Health health() {
    if (leader().isEmpty() || joined().size() < majority() || isRestoring()) {
      return Health.UNAVAILABLE;
    }
    return joined().size() == members().size() && shortOfDisk().isEmpty()
        ? Health.HEALTHY
        : Health.DEGRADED;
  }
}
