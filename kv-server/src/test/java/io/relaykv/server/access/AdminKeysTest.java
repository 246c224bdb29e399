package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.ApiKeyText;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AdminKeysTest {
  private static final byte[] ONE = ApiKeyText.sha256(new byte[] {1});
  private static final byte[] TWO = ApiKeyText.sha256(new byte[] {2});

  @Test
  void acceptsEachOfThemAndNoOther() {
    AdminKeys keys = new AdminKeys(List.of(hex(ONE), hex(TWO)));
    assertThat(keys.accepts(ONE)).isTrue();
    assertThat(keys.accepts(TWO)).isTrue();
    assertThat(keys.accepts(ApiKeyText.sha256(new byte[] {3}))).isFalse();
    assertThat(keys.accepts(new byte[32])).isFalse();
    assertThat(keys.accepts(new byte[0])).isFalse();
  }

  @Test
  void upperCaseInTheConfigurationIsTheSame() {
    assertThat(new AdminKeys(List.of(hex(ONE).toUpperCase(Locale.ROOT))).accepts(ONE)).isTrue();
  }

  @Test
  void withoutAnyNobodyIsAccepted() {
    assertThat(new AdminKeys(List.of()).accepts(new byte[0])).isFalse();
    assertThat(new AdminKeys(List.of()).accepts(ONE)).isFalse();
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
