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
 * @param httpAddress where it answers HTTP
 */
record NodeFiles(String id, Path directory, String clientAddress, String httpAddress) {
  /** Configurations for nodes n1, n2, ... of a new cluster, each in a directory of its own. */
  static List<NodeFiles> make(
      int size, Path root, ApiKeyText adminKey, Map<String, String> settings) {
    int basePort = FreePorts.block(3 * size);
    List<String> peers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      peers.add(
          "{id = n%d, client = \"%s\", peer = \"%s\"}"
              .formatted(i + 1, address(basePort + 3 * i), address(basePort + 3 * i + 1)));
    }
    List<NodeFiles> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      NodeFiles node =
          new NodeFiles(
              "n" + (i + 1),
              root.resolve("n" + (i + 1)),
              address(basePort + 3 * i),
              address(basePort + 3 * i + 2));
      Map<String, String> values = new LinkedHashMap<>();
      values.put("node.id", node.id());
      values.put("data.dir", quoted(node.data().toString()));
      values.put("data.allow-temporary", "true");
      values.put("cluster.name", "test");
      values.put("cluster.peers", "[" + String.join(", ", peers) + "]");
      values.put("listen.client", quoted(node.clientAddress()));
      values.put("listen.peer", quoted(address(basePort + 3 * i + 1)));
      values.put("listen.http", quoted(node.httpAddress()));
      values.put("disk.free-min", "64MiB");
      values.put("disk.stop-writes", "64MiB");
      values.put("disk.resume-writes", "96MiB");
      values.put(
          "security.admin-key-sha256",
          "[" + quoted(HexFormat.of().formatHex(adminKey.secretSha256())) + "]");
      values.putAll(settings);
      node.write(values);
      nodes.add(node);
    }
    return nodes;
  }

  private static String address(int port) {
    return "127.0.0.1:" + port;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private void write(Map<String, String> values) {
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
