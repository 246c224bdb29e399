package io.relaykv.client;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Whether the nodes hold the same.
 *
 * @param index the log entry as of which each node hashes all that it holds
 * @param nodes every node that was asked or named as a member, in the order of their names
 */
public record ReplicaCheck(long index, List<NodeCheck> nodes) {
  /** Copies the list. */
  public ReplicaCheck {
    nodes = List.copyOf(nodes);
  }

  /** Whether every node has a result, and all have the same. */
  public boolean agrees() {
    return hashed().size() == nodes.size() && !nodes.isEmpty() && !differs();
  }

  /** Whether nodes hold something else than other nodes. */
  public boolean differs() {
    return new HashSet<>(digests()).size() > 1;
  }

  /** The digest of more than half of the nodes that have one, if there is such a majority. */
  public Optional<String> majorityDigest() {
    List<String> digests = digests();
    return digests.stream()
        .filter(digest -> 2 * digests.stream().filter(digest::equals).count() > digests.size())
        .findFirst();
  }

  /** The nodes that hold something else than the majority; none if there is no majority. */
  public List<NodeCheck.Hashed> differing() {
    Optional<String> majority = majorityDigest();
    return hashed().stream()
        .filter(node -> majority.isPresent() && !node.digest().equals(majority.get()))
        .toList();
  }

  /** The nodes that have a result. */
  public List<NodeCheck.Hashed> hashed() {
    return of(NodeCheck.Hashed.class);
  }

  /** The nodes that are not done yet. */
  public List<NodeCheck.Pending> pending() {
    return of(NodeCheck.Pending.class);
  }

  private <T extends NodeCheck> List<T> of(Class<T> kind) {
    return nodes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private List<String> digests() {
    return hashed().stream().map(NodeCheck.Hashed::digest).toList();
  }
}
