package io.relaykv.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.relaykv.server.config.ConfigException;
import io.relaykv.server.config.NodeConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTlsTest {
  @TempDir private Path directory;

  @Test
  void saysWhichPortsArePlainText() {
    TestCertificates nodes = TestCertificates.authority("nodes");
    nodes.write(directory.resolve("ca.crt"));
    nodes.peer("n1").signed().write(directory, "n1");
    String insecure = "security.insecure = true: ";
    String plain =
        insecure + "plain text, which anybody on the way can read and change, between this node ";

    assertThat(warningsOfStart(Map.of())).isEmpty();
    assertThat(warningsOfStart(Map.of("security.insecure", "true")))
        .containsExactly(plain + "and clients at 127.0.0.1:7400 and nodes at 127.0.0.1:7401");
    assertThat(warningsOfStart(with(peerTls(), "security.insecure", "true")))
        .containsExactly(plain + "and clients at 127.0.0.1:7400");
    assertThat(warningsOfStart(with(clientTls(), "security.insecure", "true")))
        .containsExactly(plain + "and nodes at 127.0.0.1:7401");
    Map<String, String> both = with(clientTls(), "security.insecure", "true");
    both.putAll(peerTls());
    assertThat(warningsOfStart(both)).containsExactly(insecure + "not needed, both ports have TLS");
  }

  @Test
  void reportsTheFilesOfBothPortsAtOnce() {
    Map<String, String> missing = new LinkedHashMap<>(clientTls());
    missing.putAll(peerTls());

    ConfigException refusal =
        catchThrowableOfType(ConfigException.class, () -> NodeTls.load(config(missing)));

    assertThat(refusal.problems())
        .containsExactly(
            "`tls.client.certificate` = %s does not exist".formatted(directory.resolve("n1.crt")),
            "`tls.peer.certificate` = %s does not exist".formatted(directory.resolve("n1.crt")));
  }

  private Map<String, String> clientTls() {
    return Map.of("tls.client.certificate", file("n1.crt"), "tls.client.key", file("n1.key"));
  }

  private Map<String, String> peerTls() {
    return Map.of(
        "tls.peer.certificate", file("n1.crt"),
        "tls.peer.key", file("n1.key"),
        "tls.peer.ca", file("ca.crt"));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static Map<String, String> with(Map<String, String> values, String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(key, value);
    return more;
  }

  private List<String> warningsOfStart(Map<String, String> values) {
    try (LogLines log = new LogLines(NodeTls.class);
        NodeTls tls = NodeTls.load(config(values))) {
      tls.start();
      return log.warnings();
    }
  }

  private NodeConfig config(Map<String, String> values) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put("node.id", "n1");
    all.put("data.dir", file("data"));
    all.put("data.allow-temporary", "true");
    all.put("cluster.peers", "[{id = n1, client = \"127.0.0.1:7400\", peer = \"127.0.0.1:7401\"}]");
    return NodeConfig.of(all);
  }
}
