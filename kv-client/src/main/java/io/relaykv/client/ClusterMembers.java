package io.relaykv.client;

import java.util.List;

/**
 * The members of a cluster as its leader sees them.
 *
 * @param leader the leader's name
 * @param members by name
 */
public record ClusterMembers(String leader, List<ClusterMember> members) {
  /** Copies the list. */
  public ClusterMembers {
    members = List.copyOf(members);
  }
}
