package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.server.config.Setting;
import io.relaykv.server.config.Settings;
import java.io.IOException;
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

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.key(), setting.defaultDescription(), setting.allowed(), setting.description());
  }
}
