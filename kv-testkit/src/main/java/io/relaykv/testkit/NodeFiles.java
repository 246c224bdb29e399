package io.relaykv.testkit;

import io.relaykv.protocol.ApiKeyText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one node of a cluster for tests is made of.
 *
 * @param id its name
 * @param directory for its configuration and log; the data is below it
 * @param clientAddress where it serves clients
 * @param peerAddress where it serves the other nodes
 * @param httpAddress where it answers HTTP
 * @param joins whether it is to be added to a cluster that there is already
 */
record NodeFiles(
    String id,
    Path directory,
    String clientAddress,
    String peerAddress,
    String httpAddress,
    boolean joins) {
  /** Configurations for nodes n1, n2, ... of a new cluster, each in a directory of its own. */
  static List<NodeFiles> make(
      int size, Path root, ApiKeyText adminKey, Map<String, String> settings) {
    int basePort = FreePorts.block(3 * size);
    List<NodeFiles> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(at(basePort + 3 * i, "n" + (i + 1), root, false));
    }
    String peers = nodes.stream().map(NodeFiles::asPeer).collect(Collectors.joining(", "));
    nodes.forEach(node -> node.write(peers, adminKey, settings));
    return nodes;
  }

  /** The configuration of a node that is to be added to the cluster. */
  static NodeFiles makeToJoin(
      String id, Path root, ApiKeyText adminKey, Map<String, String> settings) {
    NodeFiles node = at(FreePorts.block(3), id, root, true);
    node.write(node.asPeer(), adminKey, settings);
    return node;
  }

  private static NodeFiles at(int port, String id, Path root, boolean joins) {
    return new NodeFiles(
        id, root.resolve(id), address(port), address(port + 1), address(port + 2), joins);
  }

  private String asPeer() {
    return "{id = %s, client = \"%s\", peer = \"%s\"}".formatted(id, clientAddress, peerAddress);
  }

  private static String address(int port) {
    return "127.0.0.1:" + port;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private void write(String peers, ApiKeyText adminKey, Map<String, String> settings) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("node.id", id);
    values.put("data.dir", quoted(data().toString()));
    values.put("data.allow-temporary", "true");
    values.put("cluster.name", "test");
    values.put("cluster.peers", "[" + peers + "]");
    values.put("listen.client", quoted(clientAddress));
    values.put("listen.peer", quoted(peerAddress));
    values.put("listen.http", quoted(httpAddress));
    values.put("disk.free-min", "64MiB");
    values.put("disk.stop-writes", "64MiB");
    values.put("disk.resume-writes", "96MiB");
    values.put(
        "security.admin-key-sha256",
        "[" + quoted(HexFormat.of().formatHex(adminKey.secretSha256())) + "]");
    values.putAll(settings);
    try {
      Files.createDirectories(directory);
      Files.writeString(
          configuration(),
          values.entrySet().stream()
              .map(value -> value.getKey() + " = " + value.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path configuration() {
    return directory.resolve("kv-server.conf");
  }

  Path data() {
    return directory.resolve("data");
  }

  Path log() {
    return directory.resolve("log");
  }
}
