package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void declaresEveryKeyOnceAndCompletely() {
    assertThat(Settings.keys()).doesNotHaveDuplicates();
    assertThat(Settings.all()).extracting(Setting::environmentVariable).doesNotHaveDuplicates();
    assertThat(Settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.key()).matches("([a-z]+\\.)+[a-z0-9-]+");
              assertThat(setting.unit()).isNotBlank();
              assertThat(setting.allowed()).isNotBlank();
              assertThat(setting.defaultDescription()).isNotBlank();
              assertThat(setting.description()).endsWith(".");
            });
  }

  @Test
  void allowsEveryDefault() {
    assertThat(Settings.all())
        .allSatisfy(setting -> setting.defaultValue().ifPresent(setting::read));
  }
}
