package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameRulesTest {
  static Stream<String> names() {
    return Stream.of("a", "0", "shop", "shop-2", "a-", "a--b", "x".repeat(63));
  }

  @ParameterizedTest
  @MethodSource("names")
  void acceptsNames(String name) {
    assertThatCode(() -> NameRules.checkAccountName(name)).doesNotThrowAnyException();
  }

  static Stream<String> notNames() {
    return Stream.of(
        "",
        "-a",
        "A",
        "../x",
        "a/b",
        "a b",
        "a.b",
        "a_b",
        "%2e%2e",
        "-oProxyCommand=x",
        "a\n",
        "a\u0000",
        "\u00e4",
        "x".repeat(64),
        "x".repeat(300));
  }

  @ParameterizedTest
  @MethodSource("notNames")
  void refusesEverythingElseInOneShortLine(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NameRules.checkAccountName(name))
        .withMessageContaining("allowed are 1 to 63 of a-z 0-9 -")
        .withMessageContaining("of " + name.length() + " characters")
        .matches(e -> e.getMessage().length() < 200)
        .matches(e -> e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'));
  }

  @Test
  void aLabelIsAnyPrintableAscii() {
    assertThatCode(() -> NameRules.checkLabel("")).doesNotThrowAnyException();
    assertThatCode(() -> NameRules.checkLabel("\"a\" {label} ~")).doesNotThrowAnyException();
    assertThatCode(() -> NameRules.checkLabel("x".repeat(128))).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NameRules.checkLabel("x".repeat(129)))
        .withMessageContaining("has 129 characters; the limit is 128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "\u001b[31m", "a\u0000", "\u2028", "\u00e9"})
  void aLabelIsNothingElse(String label) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NameRules.checkLabel(label))
        .withMessageContaining("holds something else than printable ASCII")
        .matches(e -> e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'));
  }
}
