package io.relaykv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaykv.client.KvValue.KvNumber;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvNumberTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "10", "-1.0", "0.10", "1E5", "1e+05", "12.5e-3", "1E99999999999"})
  void keepsTheTextOfANumber(String text) {
    assertThat(new KvNumber(text).text()).isEqualTo(text);
    assertThat(new KvNumber(text).toJson()).isEqualTo(text);
    assertThat(KvValue.parse(text)).isEqualTo(new KvNumber(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-",
        "+1",
        "01",
        "-01",
        "00",
        "1.",
        ".5",
        "1.e1",
        "1e",
        "1e+",
        "1E1.5",
        " 1",
        "1 ",
        "1\n",
        "1,0",
        "0x1",
        "NaN",
        "Infinity",
        "1f",
        "1d",
        "1L",
        "1_0",
        "\u0661",
        "--1",
        "1e--1"
      })
  void refusesWhatIsNoNumberInJson(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KvNumber(text))
        .withMessageStartingWith("not a number in JSON: \"");
  }

  @Test
  void messagesAreShortAndPrintable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KvNumber("\u001b[31m" + "1".repeat(1_000)))
        .withMessageMatching("not a number in JSON: \"\\\\u001b\\[31m1{54}\"\\.\\.\\.");
  }

  @Test
  void holdsAMillionDigits() {
    String digits = "1".repeat(1_000_000);
    assertThat(new KvNumber(digits + "." + digits + "e1").text()).hasSize(2_000_003);
    assertThat(new KvNumber(digits + "." + digits + "e-999999").asDouble()).isBetween(1.1, 1.2);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "42, 42",
    "-42, -42",
    "1E2, 100",
    "100.000, 100",
    "12.5e1, 125",
    "0e5, 0",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
  })
  void asLongIsExact(String text, long value) {
    assertThat(new KvNumber(text).asLong()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.5",
        "1e-1",
        "9223372036854775808",
        "-9223372036854775809",
        "1E19",
        "1E1000000000",
        "1E-1000000000",
        "1E99999999999",
      })
  void asLongRefusesWhatIsNoLong(String text) {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new KvNumber(text).asLong())
        .withMessage("\"%s\" is not a whole number in the range of a long", text);
  }

  @Test
  void asDoubleIsTheNearest() {
    assertThat(new KvNumber("0.1").asDouble()).isEqualTo(0.1);
    assertThat(new KvNumber("-1E3").asDouble()).isEqualTo(-1000.0);
    assertThat(new KvNumber("-0").asDouble()).isEqualTo(-0.0);
    assertThat(new KvNumber("9007199254740993").asDouble()).isEqualTo(9007199254740992.0);
    assertThat(new KvNumber("1E-400").asDouble()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1E309", "-1E309", "1E99999999999"})
  void asDoubleIsNeverInfinite(String text) {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new KvNumber(text).asDouble())
        .withMessage("\"%s\" is out of the range of a double", text);
  }

  @Test
  void asBigDecimalIsExact() {
    String digits = "1234567890".repeat(40) + ".50";
    assertThat(new KvNumber(digits).asBigDecimal()).isEqualTo(new BigDecimal(digits));
    assertThat(new KvNumber("1.50").asBigDecimal().scale()).isEqualTo(2);
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> new KvNumber("1E99999999999").asBigDecimal())
        .withMessage("\"1E99999999999\" is out of the range of a BigDecimal");
  }

  @Test
  void longsComeBack() {
    for (long value : new long[] {0, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(KvValue.of(value).asLong()).isEqualTo(value);
    }
  }

  @Test
  void doublesComeBack() {
    double[] values = {
      0, -0.0, 1, 0.1, 1e7, 1e-5, -1.5e300, Double.MIN_VALUE, Double.MAX_VALUE, Math.PI
    };
    for (double value : values) {
      assertThat(KvValue.of(value).asDouble()).isEqualTo(value);
      assertThat(KvValue.parse(KvValue.of(value).toJson())).isEqualTo(KvValue.of(value));
    }
    assertThat(KvValue.of(1e10).toJson()).isEqualTo("1.0E10");
  }

  @Test
  void bigDecimalsComeBack() {
    for (String text : new String[] {"0", "0.00", "-1.50", "1E+3", "1E-10", "0E+7"}) {
      BigDecimal value = new BigDecimal(text);
      assertThat(KvValue.of(value).asBigDecimal()).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesDoublesThatJsonLacks(double value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.of(value))
        .withMessage("not a number in JSON: \"%s\"", value);
  }
}
