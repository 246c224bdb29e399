package io.relaykv.server;

import io.relaykv.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** The settings of a cluster of one node, below a test's directory and at free ports. */
public record NodeSettings(Path directory, int basePort, Map<String, String> values) {
  private static final int FIRST_PORT = 15_000;
  private static final int LAST_PORT = 30_000;
  private static final int RANGE = 500;

  /** Listens on the first port of a range, which is so for no other JVM with tests. */
  private static final ServerSocket PORTS = takePorts();

  /** Goes round, so that a node that is down finds its ports free when it comes back. */
  private static int nextPort = PORTS.getLocalPort() + 1;

  public static NodeSettings in(Path directory) {
    int basePort = freePorts();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("node.id", "n1");
    values.put("data.dir", directory.resolve("data").toString());
    values.put("data.allow-temporary", "true");
    values.put("cluster.name", "test");
    values.put(
        "cluster.peers",
        "[{id = n1, client = \"127.0.0.1:%d\", peer = \"127.0.0.1:%d\"}]"
            .formatted(basePort, basePort + 1));
    values.put("listen.client", "127.0.0.1:" + basePort);
    values.put("listen.peer", "127.0.0.1:" + (basePort + 1));
    values.put("listen.http", "127.0.0.1:" + (basePort + 2));
    values.put("disk.free-min", "64MiB");
    values.put("disk.stop-writes", "64MiB");
    values.put("disk.resume-writes", "96MiB");
    values.put("security.admin-key-sha256", "[" + TestKeys.ADMIN_SHA256 + "]");
    values.put("raft.election-timeout-min", "200ms");
    values.put("raft.election-timeout-max", "400ms");
    return new NodeSettings(directory, basePort, values);
  }

  NodeSettings with(String key, String value) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(key, value);
    return new NodeSettings(directory, basePort, changed);
  }

  public NodeConfig config() {
    return NodeConfig.of(values);
  }

  Path data() {
    return directory.resolve("data");
  }

  int clientPort() {
    return basePort;
  }

  int peerPort() {
    return basePort + 1;
  }

  int httpPort() {
    return basePort + 2;
  }

  /** Writes the settings as a configuration file. */
  Path write() throws IOException {
    return Files.writeString(
        directory.resolve("n1.conf"),
        values.entrySet().stream()
            .map(setting -> setting.getKey() + " = " + asHocon(setting.getValue()) + "\n")
            .collect(Collectors.joining()));
  }

  private static String asHocon(String value) {
    return value.startsWith("[") ? value : '"' + value + '"';
  }

  private static synchronized int freePorts() {
    int end = PORTS.getLocalPort() + RANGE;
    for (int i = 0; i < RANGE / 3; i++) {
      int first = nextPort + 3 <= end ? nextPort : PORTS.getLocalPort() + 1;
      nextPort = first + 3;
      if (isFree(first) && isFree(first + 1) && isFree(first + 2)) {
        return first;
      }
    }
    throw new IllegalStateException("found no three free ports in a row");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = listenOn(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static ServerSocket takePorts() {
    int ranges = (LAST_PORT - FIRST_PORT) / RANGE;
    int begin = ThreadLocalRandom.current().nextInt(ranges);
    for (int i = 0; i < ranges; i++) {
      try {
        return listenOn(FIRST_PORT + (begin + i) % ranges * RANGE);
      } catch (IOException e) {
        // Somebody else's.
      }
    }
    throw new IllegalStateException("found no range of ports that nobody has");
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
