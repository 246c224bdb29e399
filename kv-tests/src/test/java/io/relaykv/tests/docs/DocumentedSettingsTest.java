package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.config.Setting;
import io.relaykv.server.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists the settings as the code has them. */
class DocumentedSettingsTest {
  @Test
  void everySettingIsListedWithItsDefaultAndRange() throws IOException {
    DocumentedTable.assertLists(
        "docs/configuration.md",
        "| Key | Default | Allowed | Meaning |",
        Settings.all().stream().map(DocumentedSettingsTest::row).toList());
  }

  @Test
  void theExampleConfigurationIsRight() {
    Path example = Repository.ROOT.resolve("deploy/conf/kv-server.conf");
    NodeConfig config = NodeConfig.load(example, Map.of(), Map.of());
    assertThat(config.nodeId()).isEqualTo("n1");
    assertThat(config.cluster().peers()).hasSize(3);
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            setting.key(), setting.defaultDescription(), setting.allowed(), setting.description());
  }
}
