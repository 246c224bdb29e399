package io.relaykv.shell.environment;

import io.relaykv.client.NodeAddress;
import io.relaykv.shell.failure.ShellException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How to reach a cluster, put together from the command line and a file.
 *
 * @param nodes some nodes of the cluster, at least one
 * @param apiKeyFile holds the key to show
 * @param protection of what is sent
 * @param timeout of one operation in all
 */
public record Connection(
    List<NodeAddress> nodes, Path apiKeyFile, Protection protection, Duration timeout) {
  /**
   * Checks that the key stays on this machine or is protected on its way.
   *
   * @throws ShellException if not
   */
  public Connection {
    nodes = List.copyOf(nodes);
    if (!protection.tls() && !protection.plainTextAnywhere()) {
      nodes.stream()
          .filter(node -> !node.isLoopback())
          .findFirst()
          .ifPresent(
              node -> {
                throw new ShellException(
                    node + " is not on this machine and would be sent the key in plain text",
                    "in the configuration file: tls.trust = \"ca.crt\" (or insecure = true where"
                        + " the network is protected otherwise)");
              });
    }
  }
}
