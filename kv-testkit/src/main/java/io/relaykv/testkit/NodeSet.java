package io.relaykv.testkit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The nodes of a cluster by name: members, and those that are not yet or no longer. */
final class NodeSet {
  private final Map<String, TestNode> members = new TreeMap<>();
  private final Map<String, TestNode> joining = new TreeMap<>();
  private final Map<String, TestNode> former = new TreeMap<>();

  void addMember(TestNode node) {
    members.put(node.id(), node);
  }

  void addJoining(TestNode node) {
    joining.put(node.id(), node);
  }

  void hasJoined(String id) {
    members.put(id, find(id));
    joining.remove(id);
  }

  void hasLeft(String id) {
    former.put(id, find(id));
    members.remove(id);
  }

  /** In the order of their names. */
  List<TestNode> members() {
    return List.copyOf(members.values());
  }

  List<String> memberIds() {
    return List.copyOf(members.keySet());
  }

  /** Where the members serve clients. */
  List<String> addresses() {
    return members.values().stream().map(TestNode::clientAddress).toList();
  }

  List<TestNode> all() {
    return everywhere().flatMap(some -> some.values().stream()).toList();
  }

  TestNode find(String id) {
    TestNode node =
        everywhere().map(some -> some.get(id)).filter(Objects::nonNull).findFirst().orElse(null);
    if (node == null) {
      throw new IllegalArgumentException(
          "no node " + id + "; there are " + String.join(", ", members.keySet()));
    }
    return node;
  }

  /** The newest of a name first. */
  private Stream<Map<String, TestNode>> everywhere() {
    return Stream.of(members, joining, former);
  }
}
