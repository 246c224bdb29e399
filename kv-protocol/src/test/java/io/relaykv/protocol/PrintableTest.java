package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void leavesPrintableAsciiAlone() {
    assertThat(Printable.quote("Hello, ~world!")).isEqualTo("\"Hello, ~world!\"");
    assertThat(Printable.quote("")).isEqualTo("\"\"");
  }

  @Test
  void escapesQuotesBackslashesAndWhiteSpace() {
    assertThat(Printable.quote("a\"b\\c\n\r\t")).isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\"");
  }

  @Test
  void noCharacterPassesButPrintableAscii() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      assertThat(Printable.quote(Character.toString((char) c))).matches("[ -~]+");
    }
    assertThat(Printable.quote("\u0000\u001b\u007f\u00e9\ud800"))
        .isEqualTo("\"\\u0000\\u001b\\u007f\\u00e9\\ud800\"");
  }

  @Test
  void cutsAfter64Characters() {
    assertThat(Printable.quote("x".repeat(64))).isEqualTo("\"" + "x".repeat(64) + "\"");
    assertThat(Printable.quote("x".repeat(65))).isEqualTo("\"" + "x".repeat(64) + "\"...");
  }

  @Test
  void cutsNoEscapeInTwo() {
    assertThat(Printable.quote("ab\u001b", 7)).isEqualTo("\"ab\"...");
    assertThat(Printable.quote("ab\u001b", 8)).isEqualTo("\"ab\\u001b\"");
  }
}
