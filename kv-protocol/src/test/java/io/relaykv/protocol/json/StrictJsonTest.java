package io.relaykv.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.protocol.Limits;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many of the cases come from "Parsing JSON is a minefield" (github.com/nst/JSONTestSuite). */
class StrictJsonTest {
  private static final String END = "the text ends before the value does";
  private static final String VALUE = "a JSON value is expected";
  private static final String NAME = "a member name in double quotes is expected";
  private static final String COMMA = "a comma or a closing bracket is expected";
  private static final String BRACKET = "the closing bracket does not match";
  private static final String CONTROL = "a control character in a string is not escaped";
  private static final String ESCAPE = "an escape in a string does not exist";
  private static final String SURROGATE = "half a surrogate pair in a string";
  private static final String MORE = "there is more text after the value";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1.0",
        "1E5",
        "1e+5",
        "1e-5",
        "0e0",
        "123.456E-789",
        "1E400000000000",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        "[[],[]]",
        "[1,\"a\",null,true,false,{}]",
        "{\"\":0}",
        "{\"a\":{\"a\":{}}}",
        "[{\"a\":1},{\"a\":1}]",
        "{\"a\":1,\"A\":1}",
        " \t\r\n[ 1 , 2 ]\t\r\n ",
        "{ \"a\" : 1 }",
        "\"\\u0000\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\ude00\"",
        "\"\ud83d\ude00\"",
        "\"\u007f\u0085\u2028\ufeff\uffff\"",
        "\"/* no comment */\"",
      })
  void accepts(String json) {
    assertThatCode(() -> parse(json)).doesNotThrowAnyException();
    if (JsonStrings.indexOfLoneSurrogate(json) < 0) {
      assertThatCode(() -> parse(json.getBytes(UTF_8))).doesNotThrowAnyException();
    }
  }

  static Object[][] refused() {
    return new Object[][] {
      {"", 1, 1, "there is no value"},
      {" \n ", 2, 2, "there is no value"},
      {"nul", 1, 1, VALUE},
      {"nulll", 1, 1, VALUE},
      {"TRUE", 1, 1, VALUE},
      {"truefalse", 1, 1, VALUE},
      {"comment", 1, 1, VALUE},
      {"undefined", 1, 1, VALUE},
      {"NaN", 1, 4, VALUE},
      {"[Infinity]", 1, 10, VALUE},
      {"-Infinity", 1, 10, VALUE},
      {"-NaN", 1, 2, "a digit is expected after a minus sign"},
      {"-", 1, 2, END},
      {"--1", 1, 2, "a digit is expected after a minus sign"},
      {"+1", 1, 2, "a number begins with a plus sign"},
      {"0x1", 1, 2, MORE},
      {"1x", 1, 2, MORE},
      {"[1x]", 1, 3, COMMA},
      {"[01]", 1, 3, "a number has a superfluous leading zero"},
      {"[-01]", 1, 4, "a number has a superfluous leading zero"},
      {"[1.]", 1, 3, "a digit is expected after a decimal point"},
      {"[.5]", 1, 2, VALUE},
      {"[1e]", 1, 3, "a digit is expected in an exponent"},
      {"1e+", 1, 4, END},
      {"[1.5.6]", 1, 5, COMMA},
      {"1_000", 1, 2, MORE},
      {"\uff11", 1, 1, VALUE},
      {"'a'", 1, 1, VALUE},
      {"\"abc", 1, 5, END},
      {"\"a\\", 1, 4, END},
      {"\"\\u12", 1, 6, END},
      {"\"\\u12G4\"", 1, 6, ESCAPE},
      {"\"\\x41\"", 1, 3, ESCAPE},
      {"\"\\'\"", 1, 3, ESCAPE},
      {"\"\\\n\"", 1, 3, ESCAPE},
      {"[\"\t\"]", 1, 3, CONTROL},
      {"[\"a\u0000b\"]", 1, 4, CONTROL},
      {"\"\n\"", 1, 2, CONTROL},
      {"\"\\ud800\"", 1, 1, SURROGATE},
      {"[\"\\udc00\"]", 1, 2, SURROGATE},
      {"\"\\ude00\\ud83d\"", 1, 1, SURROGATE},
      {"\"\\ud800\\ud800\\udc00\"", 1, 1, SURROGATE},
      {"\"\ud800\"", 1, 1, SURROGATE},
      {"{\"\\ud800\":1}", 1, 9, SURROGATE},
      {"{\"\\udc00\":1}", 1, 9, SURROGATE},
      {"{\"\ud800\":1}", 1, 2, SURROGATE},
      {"[", 1, 2, END},
      {"[1", 1, 3, END},
      {"[1,", 1, 4, END},
      {"[1,]", 1, 4, VALUE},
      {"[,1]", 1, 2, VALUE},
      {"[1,,2]", 1, 4, VALUE},
      {"[1 2]", 1, 4, COMMA},
      {"[1:2]", 1, 3, COMMA},
      {"[}", 1, 2, BRACKET},
      {"]", 1, 1, BRACKET},
      {"{]", 1, 2, BRACKET},
      {"{", 1, 2, END},
      {"{\"a\"", 1, 5, END},
      {"{\"a\":", 1, 6, END},
      {"{\"a\":1", 1, 7, END},
      {"{\"a\":1,}", 1, 8, NAME},
      {"{,}", 1, 2, NAME},
      {"{a:1}", 1, 2, NAME},
      {"{'a':1}", 1, 2, NAME},
      {"{1:2}", 1, 2, NAME},
      {"{\"a\" 1}", 1, 6, "a colon is expected after a member name"},
      {"{\"a\":1 \"b\":2}", 1, 8, COMMA},
      {"{\"a\":1,\"a\":1}", 1, 11, "the object has two members named \"a\""},
      {"{\"\\u0061\":1,\"b\":2,\"a\":1}", 1, 22, "the object has two members named \"a\""},
      {"//c\n1", 1, 1, "a comment is not JSON"},
      {"[1,/*c*/2]", 1, 4, "a comment is not JSON"},
      {"#c\n1", 1, 1, VALUE},
      {"[1]x", 1, 4, MORE},
      {"1 2", 1, 3, MORE},
      {"[][]", 1, 3, MORE},
      {"{}}", 1, 3, MORE},
      {"\"a\"\"b\"", 1, 4, MORE},
      {"null,", 1, 5, MORE},
      {"1 \"\\", 1, 3, MORE},
      {"[1]\u00a0", 1, 4, MORE},
      {"\u00a01", 1, 1, VALUE},
      {"[1\f]", 1, 4, VALUE},
      {"\ufeff1", 1, 1, "a byte order mark is not allowed"},
      {"[\n 1,\r\n  tru]", 3, 3, VALUE},
    };
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refuses(String json, int line, int column, String problem) {
    String start = "invalid JSON at line " + line + ", column " + column;
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse(json))
        .withMessageMatching("[ -~]{1,199}")
        .withMessageStartingWith(start)
        .withMessageEndingWith(": " + problem);
    if (JsonStrings.indexOfLoneSurrogate(json) < 0) {
      assertThatExceptionOfType(InvalidJsonException.class)
          .isThrownBy(() -> parse(json.getBytes(UTF_8)))
          .withMessageStartingWith(start)
          .withMessageEndingWith(": " + problem);
    }
  }

  /**
   * Bytes as ISO 8859-1: ff, fe, bare continuation, overlong, cut short, CESU-8, above U+10FFFF.
   */
  @ParameterizedTest
  @CsvSource({
    "\"\u00ff\", 2",
    "\"a\u0080\", 3",
    "\"\u00c0\u00af\", 2",
    "\"\u00e0\u0080\u00af\", 2",
    "\"\u00c3, 2",
    "\"\u00e2\u0082\", 2",
    "\"\u00ed\u00a0\u0080\", 2",
    "\"\u00ed\u00a0\u00bd\u00ed\u00b8\u0080\", 2",
    "\"\u00f4\u0090\u0080\u0080\", 2",
    "\u00e9, 1"
  })
  void refusesWhatIsNotUtf8(String bytes, int position) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse(bytes.getBytes(ISO_8859_1)))
        .withMessage("invalid JSON: not UTF-8 at byte " + position);
  }

  @Test
  void readsNoOtherEncodingThanUtf8() {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("[1]".getBytes(UTF_16BE)));
  }

  @Test
  void quotesTheTextNearTheErrorEscapedAndCut() {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("[1,\u001b[31m red alert"))
        .withMessage(
            "invalid JSON at line 1, column 5 near \"[31m red ale\": a JSON value is expected");
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("{\"a\" \"" + "\u00e9".repeat(100)))
        .withMessageContaining(" near \"\\\"\\u00e9\"...: ");
  }

  @Test
  void messagesStayShortWithLongNames() {
    String member = "\"" + "\\u001b".repeat(10_000) + "\":1";
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("{" + member + "," + member + "}"))
        .withMessageContaining("two members named \"\\u001b")
        .withMessageMatching("[ -~]{1,199}");
  }

  @Test
  void allows64LevelsAndRefuses65() {
    assertThatCode(() -> parse(nestedArrays(64))).doesNotThrowAnyException();
    assertThatCode(() -> parse(nestedObjects(64))).doesNotThrowAnyException();
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse(nestedArrays(65)))
        .withMessage(
            "invalid JSON at line 1, column 65 near \"[]]]]]]]]]]]\": nested deeper than 64 levels");
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse(nestedObjects(65)))
        .withMessageEndingWith(": nested deeper than 64 levels");
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("[{\"a\":".repeat(32) + "[]" + "}]".repeat(32)))
        .withMessageEndingWith(": nested deeper than 64 levels");
  }

  @Test
  void depthCountsOnlyWhatIsOpen() {
    assertThatCode(() -> parse("[" + "[],".repeat(1_000) + "[]]")).doesNotThrowAnyException();
  }

  @Test
  void anyDepthIsRefusedWithoutOverflowingTheStack() {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("[".repeat(1_000_000)));
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse("{\"a\":".repeat(200_000)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "{\"a\":1}", "1", "0.1", "1e1"})
  void allowsAnythingOfOneMebibyte(String json) {
    String part = json.substring(json.length() - 1).equals("1") ? "1" : "a";
    String large = json.replaceFirst(part, part.repeat(Limits.MAX_VALUE_BYTES - json.length() + 1));
    assertThat(large).hasSize(Limits.MAX_VALUE_BYTES);
    assertThat(CanonicalJson.of(large)).isEqualTo(large);
  }

  @Test
  void refusesLongerTokensThanAnyValue() {
    String tooLong = "1".repeat(Limits.MAX_VALUE_BYTES + 1);
    for (String json : new String[] {tooLong, '"' + tooLong + '"', "{\"" + tooLong + "\":1}"}) {
      assertThatExceptionOfType(InvalidJsonException.class)
          .isThrownBy(() -> parse(json))
          .withMessageMatching("[ -~]{1,199}")
          .withMessageEndingWith(": a string, number or name is longer than 1048576 characters");
    }
  }

  @Test
  void manyMembersAreFine() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 50_000; i++) {
      json.append("\"m").append(i).append("\":0,");
    }
    assertThatCode(() -> parse(json + "\"m\":0}")).doesNotThrowAnyException();
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> parse(json + "\"m25000\":0}"))
        .withMessageEndingWith("two members named \"m25000\"");
  }

  /** Pairs of one hash as String computes it, and as Jackson's own table of names does. */
  @ParameterizedTest
  @CsvSource({"Aa, BB", "Aa, B@"})
  void namesWithOneHashDoNotHurt(String first, String second) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << 12; i++) {
      json.append('"');
      for (int bit = 0; bit < 12; bit++) {
        json.append((i >> bit & 1) == 0 ? first : second);
      }
      json.append("\":0,");
    }
    assertThatCode(() -> parse(json + "\"m\":0}")).doesNotThrowAnyException();
  }

  @Test
  void randomBytesParseOrAreInvalidJson() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] alphabet =
        "[]{}:,\"\\ \n\t01-+.eEuntrfalsd8\u0000\u001b'/*\u00e9\ud83d\ude00".getBytes(UTF_8);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      if (i % 8 != 0) { // nearly JSON gets further
        for (int j = 0; j < bytes.length; j++) {
          bytes[j] = alphabet[random.nextInt(alphabet.length)];
        }
      }
      assertThatParsesOrIsInvalid(bytes, seed);
    }
  }

  @Test
  void damagedJsonParsesOrIsInvalidJson() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    RandomJson values = new RandomJson(random);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = values.next().getBytes(UTF_8);
      for (int damages = random.nextInt(3); damages >= 0; damages--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThatParsesOrIsInvalid(bytes, seed);
    }
  }

  @Test
  void takesAnObjectApart() {
    assertThat(
            StrictJson.members(
                " { \"a\" : [1, {\"b\": \"]\"}] ,\n\"c\":\"\\\"x\\\"\" , \"d\": -1.50e3 } "))
        .containsExactly(
            Map.entry("a", "[1, {\"b\": \"]\"}]"),
            Map.entry("c", "\"\\\"x\\\"\""),
            Map.entry("d", "-1.50e3"));
    assertThat(StrictJson.members("{}")).isEmpty();
    assertThat(StrictJson.members("{\"a\":0}")).containsExactly(Map.entry("a", "0"));
    assertThat(StrictJson.members("{\"a\":null,\"b\":true}"))
        .containsExactly(Map.entry("a", "null"), Map.entry("b", "true"));
  }

  @Test
  void eachMemberMayBeNestedAsDeepAsAValue() {
    String deepest = nestedArrays(Limits.MAX_JSON_DEPTH);
    assertThat(StrictJson.members("{\"a\":%s}".formatted(deepest)))
        .containsExactly(Map.entry("a", deepest));
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> StrictJson.members("{\"a\":[%s]}".formatted(deepest)))
        .withMessageEndingWith("nested deeper than 64 levels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]                 | an object is expected",
        "1                   | an object is expected",
        "``                  | an object is expected",
        "{\"a\":1            | the text ends before the value does",
        "{\"a\":             | the text ends before the value does",
        "{\"a\":\"x          | the text ends before the value does",
        "{\"a\":1,\"a\":2}   | the object has two members named \"a\"",
        "{\"a\":1} {}        | there is more text after the value",
        "{\"a\":1,}          | a member name in double quotes is expected",
        "{\"a\":[1}}         | the closing bracket does not match",
        "{\"\\ud800\":1}      | half a surrogate pair in a string",
        "{\"a\":01}          | a number has a superfluous leading zero"
      })
  void refusesToTakeApartWhatIsNoObject(String json, String problem) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> StrictJson.members(json))
        .withMessageStartingWith("invalid JSON at line 1, column ")
        .withMessageEndingWith(problem);
  }

  private static void assertThatParsesOrIsInvalid(byte[] bytes, long seed) {
    InvalidJsonException invalid = null;
    try {
      parse(bytes);
    } catch (InvalidJsonException e) {
      invalid = e;
    } catch (Throwable e) {
      throw new AssertionError(describe(bytes, seed), e);
    }
    if (invalid != null && !invalid.getMessage().matches("[ -~]{1,199}")) {
      throw new AssertionError(describe(bytes, seed), invalid);
    }
  }

  private static String describe(byte[] bytes, long seed) {
    return "relaykv.test.seed=%d, bytes as ISO 8859-1: %s"
        .formatted(seed, new String(bytes, ISO_8859_1));
  }

  private static String nestedArrays(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String nestedObjects(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
  }

  private static void parse(String json) {
    StrictJson.parse(json, new JsonWriter(16));
  }

  private static void parse(byte[] utf8) {
    StrictJson.parse(utf8, new JsonWriter(16));
  }
}
