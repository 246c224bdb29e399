package io.relaykv.testkit;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits until something holds of a cluster; what does not in time fails the test. */
final class Waits {
  /** For everything that takes a start or an election; generous, as test machines are busy. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final NodeSet nodes;
  private final Access access;

  Waits(NodeSet nodes, Access access) {
    this.nodes = nodes;
    this.access = access;
  }

  /** The failure names {@code what}. */
  static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50));
  }

  void awaitAccount() {
    await("a leader to make an account").until(access::makeAccount);
  }

  String awaitLeader(String what, Predicate<String> accepted) {
    return await(what)
        .until(
            () ->
                access
                    .status()
                    .leader()
                    .map(NodeStatus.Up::name)
                    .filter(accepted)
                    .filter(id -> serves())
                    .orElse(null),
            Objects::nonNull);
  }

  void awaitServing() {
    await("the cluster to serve").until(this::serves);
  }

  private boolean serves() {
    try (KvClient client = access.newClient(access.apiKey(), Duration.ofSeconds(2))) {
      client.get("testkit/probe");
      return true;
    } catch (KvException e) {
      return false;
    }
  }

  void awaitLevel() {
    await("all nodes to be up and level")
        .until(
            () -> {
              List<NodeStatus.Up> up = access.status().up();
              return up.size() == nodes.members().size()
                  && up.stream().mapToLong(NodeStatus.Up::appliedIndex).distinct().count() == 1
                  && up.stream().allMatch(node -> node.appliedIndex() == node.committedIndex());
            });
  }

  int awaitEnd(String id) {
    TestNode node = nodes.find(id);
    await(id + " to end").until(() -> !node.isRunning());
    return node.exitCode();
  }

  void awaitListening(String id) {
    String address = nodes.find(id).clientAddress();
    await(id + " to listen").until(() -> isListening(address));
  }

  private static boolean isListening(String address) {
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
