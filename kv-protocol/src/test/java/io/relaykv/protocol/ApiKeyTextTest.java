package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiKeyTextTest {
  private static final String SECRET = "00112233445566778899aabbccddeeff".repeat(2);

  @Test
  void isWhatItWasMadeOf() {
    ApiKeyText key = ApiKeyText.of("17", HexFormat.of().parseHex(SECRET));

    assertThat(key.reveal()).isEqualTo("rk_17_" + SECRET);
    assertThat(ApiKeyText.parse(key.reveal())).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(key.id()).isEqualTo("17");
    assertThat(key.isAdmin()).isFalse();
    assertThat(ApiKeyText.parse("rk_admin_" + SECRET).isAdmin()).isTrue();
    assertThat(key).isNotEqualTo(ApiKeyText.parse("rk_18_" + SECRET));
    assertThat(key).isNotEqualTo(ApiKeyText.parse("rk_17_" + SECRET.replace('0', '1')));
  }

  /** The value is that of sha256sum on the 32 bytes. */
  @Test
  void itsHashIsTheSha256OfTheBytes() {
    assertThat(HexFormat.of().formatHex(ApiKeyText.parse("rk_1_" + SECRET).secretSha256()))
        .isEqualTo(HexFormat.of().formatHex(ApiKeyText.sha256(HexFormat.of().parseHex(SECRET))));
    assertThat(HexFormat.of().formatHex(ApiKeyText.sha256(new byte[32])))
        .isEqualTo("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
  }

  static Stream<String> notKeys() {
    return Stream.of(
        "",
        "rk_",
        "rk_17",
        "rk_17_",
        "rk_0_" + SECRET,
        "rk_017_" + SECRET,
        "rk_-1_" + SECRET,
        "rk_1234567890123456789_" + SECRET,
        "rk_root_" + SECRET,
        "RK_17_" + SECRET,
        "rk_17_" + SECRET.toUpperCase(Locale.ROOT),
        "rk_17_" + SECRET + "0",
        "rk_17_" + SECRET.substring(1),
        " rk_17_" + SECRET,
        "rk_17_" + SECRET + "\n",
        "rk_17_" + "g".repeat(64));
  }

  @ParameterizedTest
  @MethodSource("notKeys")
  void refusesEverythingElseWithoutRepeatingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeyText.parse(text))
        .withMessageNotContaining(SECRET.substring(0, 16))
        .withMessageStartingWith("this is no API key");
  }

  @Test
  void doesNotPrintItsSecret() {
    assertThat(ApiKeyText.parse("rk_17_" + SECRET)).hasToString("rk_17_(secret)");
  }
}
