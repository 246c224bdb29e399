package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.NodeAddress;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NotAllowedException;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.doctor.CertificateChecks;
import io.relaykv.shell.doctor.FileChecks;
import io.relaykv.shell.doctor.Finding;
import io.relaykv.shell.doctor.Finding.Level;
import io.relaykv.shell.doctor.PemFile;
import io.relaykv.shell.doctor.ShownCertificates;
import io.relaykv.shell.environment.ClientConfig;
import io.relaykv.shell.environment.Connection;
import io.relaykv.shell.failure.ShellException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be told from this machine: its files, and what the nodes show to whoever asks. */
final class LocalChecks {
  private static final String NEW_CERTIFICATES =
      "make new ones, as docs/security.md says; nodes and clients read changed files by themselves";

  private final CommandContext context;

  LocalChecks(CommandContext context) {
    this.context = context;
  }

  /** The configuration files, and the keys that they name. */
  List<Finding> files() {
    List<Finding> findings = new ArrayList<>();
    Set<Path> keys = new LinkedHashSet<>();
    for (Path file : context.configurationFiles()) {
      try {
        ClientConfig config = ClientConfig.read(file);
        config.apiKeyFile().ifPresent(keys::add);
        findings.add(
            new Finding(
                "configuration",
                file.toString(),
                Level.OK,
                "names %d %s"
                    .formatted(
                        config.nodes().size(), config.nodes().size() == 1 ? "node" : "nodes"),
                ""));
      } catch (ShellException e) {
        findings.add(
            new Finding(
                "configuration",
                file.toString(),
                Level.PROBLEM,
                String.valueOf(e.getMessage()),
                e.hint()));
      }
    }
    context.apiKeyFileOption().ifPresent(keys::add);
    keys.forEach(key -> findings.add(FileChecks.keyFile(key)));
    return findings;
  }

  /** Whether the key for data, if there is one, opens the account. */
  List<Finding> apiKey() {
    Optional<String> id;
    try {
      id = context.apiKeyId();
    } catch (ShellException e) {
      return List.of();
    }
    if (id.isEmpty()) {
      return List.of();
    }
    String about = "rk_" + id.get();
    try (KvClient client = context.client()) {
      client.keys("", 1);
      return List.of(new Finding("API key", about, Level.OK, "opens its account", ""));
    } catch (NotAllowedException e) {
      // There are keys for writing alone.
      return List.of(
          e.reason().contains("does not allow reading")
              ? new Finding("API key", about, Level.OK, "is valid, for writing alone", "")
              : new Finding("API key", about, Level.PROBLEM, e.reason(), "kv-shell apikey list"));
    } catch (ShellException | KvException e) {
      return List.of(
          new Finding(
              "API key",
              about,
              Level.PROBLEM,
              "cannot be tried: " + e.getMessage(),
              "what the other checks say; then kv-shell keys --limit 1"));
    }
  }

  /** Those that nodes show, and those in the files of this machine. */
  List<Finding> certificates(Optional<ClusterStatus> status) {
    Connection connection;
    try {
      connection = context.connectionOfOperators();
    } catch (ShellException e) {
      return List.of();
    }
    if (!connection.protection().tls()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    Instant now = context.environment().clock().instant();
    nodes(connection, status)
        .forEach((name, address) -> findings.addAll(shown(name, address, connection, now)));
    connection.protection().trust().ifPresent(file -> findings.add(inFile(file, now)));
    connection.protection().own().ifPresent(own -> findings.add(inFile(own.certificate(), now)));
    return findings;
  }

  private static Map<String, NodeAddress> nodes(
      Connection connection, Optional<ClusterStatus> status) {
    Map<String, NodeAddress> nodes = new LinkedHashMap<>();
    if (status.isPresent()) {
      for (NodeStatus node : status.get().nodes()) {
        address(node).ifPresent(address -> nodes.put(node.name(), address));
      }
    } else {
      connection.nodes().forEach(node -> nodes.put(node.toString(), node));
    }
    return nodes;
  }

  /** None if other nodes have a wrong idea of where it is, which its status says. */
  private static Optional<NodeAddress> address(NodeStatus node) {
    try {
      return Optional.of(NodeAddress.parse(node.clientAddress()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Finding> shown(
      String name, NodeAddress address, Connection connection, Instant now) {
    try {
      return List.of(
          CertificateChecks.of(
              name, ShownCertificates.of(address, connection.timeout()), now, NEW_CERTIFICATES));
    } catch (IOException e) {
      // That it does not answer is another check's finding.
      return List.of();
    }
  }

  private static Finding inFile(Path file, Instant now) {
    try {
      return CertificateChecks.of(
          file.toString(), PemFile.certificates(file), now, NEW_CERTIFICATES);
    } catch (IOException e) {
      return new Finding(
          "certificate",
          file.toString(),
          Level.PROBLEM,
          "cannot be read: " + e.getMessage(),
          "have the configuration file name the right one");
    }
  }
}
