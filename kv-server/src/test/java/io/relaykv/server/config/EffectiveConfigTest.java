package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.config.EffectiveConfig.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveConfigTest {
  private static final String TEXT =
      """
      node.id = n1
      data.dir = data
      data.allow-temporary = true
      raft.election-timeout-min = 1500 ms
      tls.client { certificate = n1.crt, key = n1.key }
      cluster.peers = [{id = n1, client = "127.0.0.1:7400", peer = "[::1]:7401"}]
      """;

  @TempDir private Path directory;

  @Test
  void showsEverySettingWithValueUnitAndOrigin() throws IOException {
    Path file = Files.writeString(directory.resolve("n1.conf"), TEXT);

    EffectiveConfig effective =
        EffectiveConfig.load(
            file, Map.of("RELAYKV_LOG_LEVEL", "warn"), Map.of("limits.batch-bytes", "2048"));

    assertThat(effective.entries()).extracting(Entry::key).isEqualTo(Settings.keys());
    assertThat(effective.render().lines())
        .contains(
            "node.id = n1  # name, %s:1".formatted(file),
            "raft.election-timeout-min = 1500ms  # duration, %s:4".formatted(file),
            "raft.election-timeout-max = 2s  # duration, default",
            "tls.client.client-ca = null  # file, default",
            "log.level = warn  # name, RELAYKV_LOG_LEVEL",
            "limits.batch-bytes = 2KiB  # bytes, flag",
            "disk.free-min = 128MiB  # bytes, default",
            "cluster.peers = [{id = n1, client = \"127.0.0.1:7400\", peer = \"[::1]:7401\"}]"
                + "  # list, %s:6".formatted(file))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(directory.resolve("n1.key").toString())
                    .endsWith("# file, %s:5".formatted(file)))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(directory.resolve("data").toString())
                    .endsWith("# directory, %s:2".formatted(file)));
  }

  @Test
  void rendersAFileThatMeansTheSame() throws IOException {
    Path file = Files.writeString(directory.resolve("n1.conf"), TEXT);
    EffectiveConfig effective = EffectiveConfig.load(file, Map.of(), Map.of());
    Path rendered = Files.writeString(directory.resolve("rendered.conf"), effective.render());

    assertThat(NodeConfig.load(rendered, Map.of(), Map.of())).isEqualTo(effective.config());
  }
}
