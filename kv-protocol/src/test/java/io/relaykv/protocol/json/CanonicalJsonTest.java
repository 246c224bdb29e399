package io.relaykv.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  private static final JsonFactory JACKSON = new JsonFactory();

  static Object[][] forms() {
    return new Object[][] {
      {" \r\n\t[ 1 , 2 ,\n[ ] , { } ] ", "[1,2,[],{}]"},
      {
        "{ \"b\" : 1 , \"a\" : { \"c\" : [ true , false , null ] } , \"\" : \"\" }",
        "{\"b\":1,\"a\":{\"c\":[true,false,null]},\"\":\"\"}"
      },
      {"[{},[],\"\",0,[[]],{}]", "[{},[],\"\",0,[[]],{}]"},
      {" \" a b \" ", "\" a b \""},
      {"\"\\/\"", "\"/\""},
      {"\"\\\"\\\\\"", "\"\\\"\\\\\""},
      {"\"\\u0022\\u005c\"", "\"\\\"\\\\\""},
      {"\"\\u0008\\u000C\\u000a\\u000d\\u0009\"", "\"\\b\\f\\n\\r\\t\""},
      {"\"\\u0000\\u000B\\u001F\\u001f\"", "\"\\u0000\\u000b\\u001f\\u001f\""},
      {"\"\\u007F\\u00E9\\u20AC\\u2028\"", "\"\u007f\u00e9\u20ac\u2028\""},
      {"\"\\uD83D\\uDE00\"", "\"\ud83d\ude00\""},
      {"\"x\\ny\\u0041z\"", "\"x\\nyAz\""},
      {"{\"\\u0061\\u0001\":0}", "{\"a\\u0001\":0}"},
    };
  }

  @ParameterizedTest
  @MethodSource("forms")
  void writesTheCanonicalForm(String json, String canonical) {
    assertThat(CanonicalJson.of(json)).isEqualTo(canonical);
    assertThat(CanonicalJson.of(json.getBytes(UTF_8))).isEqualTo(canonical.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.00", "1E5", "1e+05", "-0", "-0.0", "0e0", "1E-999999999999"})
  void keepsTheTextOfNumbers(String number) {
    assertThat(CanonicalJson.of(number)).isEqualTo(number);
    assertThat(CanonicalJson.of("[" + number + " ]")).isEqualTo("[" + number + "]");
  }

  @Test
  void keepsNumbersOf400Digits() {
    String number = "-" + "1234567890".repeat(40) + "." + "0987654321".repeat(40);
    assertThat(CanonicalJson.of(number)).isEqualTo(number);
  }

  @Test
  void refusesWhatStrictJsonRefuses() {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> CanonicalJson.of("[1,]"));
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> CanonicalJson.of(new byte[] {'"', (byte) 0xff, '"'}));
  }

  @Test
  void randomValuesKeepTheirMeaningAndAreCanonicalAfterwards() throws IOException {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    RandomJson values = new RandomJson(new Random(seed));
    for (int i = 0; i < 20_000; i++) {
      String json = values.next();
      String canonical = CanonicalJson.of(json);
      String what = "relaykv.test.seed=%d, value %s".formatted(seed, json);
      assertThat(tokens(canonical)).as(what).isEqualTo(tokens(json));
      assertThat(CanonicalJson.of(canonical)).as(what).isEqualTo(canonical);
      assertThat(CanonicalJson.of(json.getBytes(UTF_8)))
          .as(what)
          .isEqualTo(canonical.getBytes(UTF_8))
          .hasSizeLessThanOrEqualTo(json.getBytes(UTF_8).length);
    }
  }

  /** What another reader makes of it. */
  private static List<String> tokens(String json) throws IOException {
    List<String> tokens = new ArrayList<>();
    try (JsonParser parser = JACKSON.createParser(json.getBytes(UTF_8))) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        tokens.add(token + " " + parser.getText());
      }
    }
    return tokens;
  }
}
