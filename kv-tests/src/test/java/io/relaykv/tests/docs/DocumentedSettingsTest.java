package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.config.Setting;
import io.relaykv.server.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/operations.md lists the settings as the code has them. */
class DocumentedSettingsTest {
  @Test
  void everySettingIsListedWithItsDefaultAndRange() throws IOException {
    String expected =
        Settings.all().stream().map(DocumentedSettingsTest::row).collect(Collectors.joining());
    assertThat(Repository.read("docs/operations.md"))
        .as("put this into docs/operations.md:\n%s", expected)
        .contains(expected);
  }

  @Test
  void theExampleConfigurationIsRight() {
    Path example = Repository.ROOT.resolve("deploy/conf/kv-server.conf");
    NodeConfig config = NodeConfig.load(example, Map.of(), Map.of());
    assertThat(config.nodeId()).isEqualTo("n1");
    assertThat(config.cluster().peers()).hasSize(3);
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.key(), setting.defaultDescription(), setting.allowed(), setting.description());
  }
}
