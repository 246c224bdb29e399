package io.relaykv.testkit;

import io.relaykv.client.KvAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.Stream;

/** Changes which nodes a cluster has. */
final class Membership {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private final NodeSet nodes;
  private final Access access;
  private final Waits waits;
  private final Function<String, TestNode> newNode;
  private int lastNode;

  /**
   * @param newNode makes a node of this name that is to join
   */
  Membership(NodeSet nodes, Access access, Waits waits, Function<String, TestNode> newNode) {
    this.nodes = nodes;
    this.access = access;
    this.waits = waits;
    this.newNode = newNode;
    this.lastNode = nodes.members().size();
  }

  String startJoining() {
    return startJoining("n" + (lastNode + 1));
  }

  String startJoining(String id) {
    lastNode++;
    TestNode node = newNode.apply(id);
    nodes.addJoining(node);
    node.start();
    waits.awaitListening(id);
    return id;
  }

  void add(String id) {
    try (KvAdmin operator = access.newAdmin(REQUEST_TIMEOUT)) {
      add(id, operator);
    }
  }

  void add(String id, KvAdmin operator) {
    TestNode node = nodes.find(id);
    operator.addMember(
        id, node.clientAddress(), node.peerAddress(), Waits.PATIENCE, progress -> {});
    nodes.hasJoined(id);
    access.membersChanged();
  }

  void remove(String id) {
    TestNode node = nodes.find(id);
    try (KvAdmin operator = access.newAdmin(REQUEST_TIMEOUT)) {
      operator.removeMember(id);
    }
    nodes.hasLeft(id);
    access.membersChanged();
    Waits.await(id + " to learn that it was removed").until(() -> !node.isRunning());
  }

  String replace(String id) {
    nodes.find(id).kill();
    wipe(id);
    String successor = startJoining();
    add(successor);
    remove(id);
    return successor;
  }

  void wipe(String id) {
    TestNode node = nodes.find(id);
    if (node.isRunning()) {
      throw new IllegalStateException(id + " runs");
    }
    try (Stream<Path> files = Files.walk(node.dataDirectory())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
