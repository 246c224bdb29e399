package io.relaykv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.relaykv.client.KvValue.KvArray;
import io.relaykv.client.KvValue.KvBoolean;
import io.relaykv.client.KvValue.KvNull;
import io.relaykv.client.KvValue.KvNumber;
import io.relaykv.client.KvValue.KvObject;
import io.relaykv.client.KvValue.KvString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvValueTest {
  private static final KvValue ONE = KvValue.of(1);
  private static final KvValue TWO = KvValue.of(2);

  @Test
  void readsEveryType() {
    assertThat(KvValue.parse(" \"a\\u0041\" ")).isEqualTo(new KvString("aA"));
    assertThat(KvValue.parse("1.50")).isEqualTo(new KvNumber("1.50"));
    assertThat(KvValue.parse("true")).isEqualTo(new KvBoolean(true));
    assertThat(KvValue.parse("false")).isEqualTo(new KvBoolean(false));
    assertThat(KvValue.parse("null")).isEqualTo(new KvNull());
    assertThat(KvValue.parse("[]")).isEqualTo(new KvArray(List.of()));
    assertThat(KvValue.parse("[1,[2],{}]"))
        .isEqualTo(KvValue.array(ONE, KvValue.array(TWO), KvValue.object(Map.of())));
    assertThat(KvValue.parse("{}")).isEqualTo(new KvObject(Map.of()));
    assertThat(KvValue.parse("{\"a\":{\"b\":[1]},\"c\":2}"))
        .isEqualTo(
            KvValue.object(Map.of("c", TWO, "a", KvValue.object(Map.of("b", KvValue.array(ONE))))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"\\\"\\\\\\n\\u0000/\u00e9\ud83d\ude00\"",
        "-0.0",
        "1E5",
        "123456789012345678901234567890.10",
        "true",
        "null",
        "[]",
        "{}",
        "[1,\"a\",null,[true,[]],{\"a\":{}}]",
        "{\"b\":1,\"a\":[2,{\"d\":3,\"c\":4}],\"\\n\":null}",
      })
  void writesInCanonicalFormWhatItRead(String json) {
    KvValue value = KvValue.parse(json);
    assertThat(value.toJson()).isEqualTo(json);
    assertThat(value).hasToString(json);
    assertThat(KvValue.parse(value.toJson())).isEqualTo(value);
  }

  @Test
  void dropsWhiteSpaceAndNeedlessEscapes() {
    assertThat(KvValue.parse(" { \"\\u0061\" : [ 1 , \"\\/\" ] } ").toJson())
        .isEqualTo("{\"a\":[1,\"/\"]}");
  }

  @Test
  void parsingSaysWhatIsWrongAndWhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.parse("[1,\n]"))
        .withMessage("invalid JSON at line 2, column 1 near \"]\": a JSON value is expected");
    assertThatIllegalArgumentException().isThrownBy(() -> KvValue.parse(""));
    assertThatIllegalArgumentException().isThrownBy(() -> KvValue.parse("{\"a\":1,\"a\":1}"));
  }

  @Test
  void buildsEveryType() {
    assertThat(KvValue.of("a\n").toJson()).isEqualTo("\"a\\n\"");
    assertThat(KvValue.of(42).toJson()).isEqualTo("42");
    assertThat(KvValue.of(true).toJson()).isEqualTo("true");
    assertThat(KvValue.of(false).toJson()).isEqualTo("false");
    assertThat(KvValue.ofNull().toJson()).isEqualTo("null");
    assertThat(KvValue.array(ONE, KvValue.of("1")).toJson()).isEqualTo("[1,\"1\"]");
    assertThat(KvValue.array(List.of(new KvNumber("1"))).toJson()).isEqualTo("[1]");
    assertThat(KvValue.object(Map.of("a", new KvNumber("1"))).toJson()).isEqualTo("{\"a\":1}");
  }

  @Test
  void typesAreTold() {
    assertThat(KvValue.of("42")).isNotEqualTo(KvValue.of(42));
    assertThat(KvValue.of("null")).isNotEqualTo(KvValue.ofNull());
    assertThat(KvValue.of("true")).isNotEqualTo(KvValue.of(true));
    assertThat(KvValue.array()).isNotEqualTo(KvValue.object(Map.of()));
    assertThat(new KvNumber("1.0")).isNotEqualTo(new KvNumber("1"));
  }

  @Test
  void objectsAreEqualInAnyOrderAndArraysAreNot() {
    KvValue object = KvValue.parse("{\"a\":1,\"b\":[2]}");
    KvValue reordered = KvValue.parse("{\"b\":[2],\"a\":1}");
    assertThat(reordered).isEqualTo(object).hasSameHashCodeAs(object);
    assertThat(reordered.toJson()).isNotEqualTo(object.toJson());
    assertThat(KvValue.parse("{\"a\":1}")).isNotEqualTo(object);
    assertThat(KvValue.array(ONE, TWO)).isNotEqualTo(KvValue.array(TWO, ONE));
    assertThat(KvValue.array(ONE, TWO))
        .isEqualTo(KvValue.parse("[1,2]"))
        .hasSameHashCodeAs(KvValue.parse("[1,2]"));
  }

  @Test
  void readersGiveTheContent() {
    assertThat(KvValue.of("a").asString()).isEqualTo("a");
    assertThat(KvValue.of(true).asBoolean()).isTrue();
    assertThat(KvValue.array(ONE, TWO).asList()).containsExactly(ONE, TWO);
    assertThat(KvValue.parse("{\"b\":2,\"a\":1}").asMap())
        .containsExactly(Map.entry("b", TWO), Map.entry("a", ONE));
    assertThat(KvValue.ofNull().isNull()).isTrue();
    assertThat(KvValue.of("").isNull()).isFalse();
  }

  @Test
  void getTellsAMissingMemberFromNull() {
    KvValue object = KvValue.parse("{\"a\":1,\"n\":null}");
    assertThat(object.get("a")).hasValue(ONE);
    assertThat(object.get("n")).hasValue(KvValue.ofNull());
    assertThat(object.get("A")).isEmpty();
    assertThat(object.asMap().containsKey("a")).isTrue();
    assertThat(object.asMap().containsKey("A")).isFalse();
  }

  @Test
  void readersOfAnotherTypeNameTheActualOne() {
    KvValue string = KvValue.of("1");
    assertThatIllegalStateException()
        .isThrownBy(string::asLong)
        .withMessage("the value is not a number but a KvString");
    assertWrongType(string::asDouble, "a number but a KvString");
    assertWrongType(string::asBigDecimal, "a number but a KvString");
    assertWrongType(string::asBoolean, "a boolean but a KvString");
    assertWrongType(string::asList, "an array but a KvString");
    assertWrongType(string::asMap, "an object but a KvString");
    assertWrongType(() -> string.get("a"), "an object but a KvString");
    assertWrongType(() -> ONE.asString(), "a string but a KvNumber");
    assertWrongType(() -> KvValue.of(true).asString(), "a string but a KvBoolean");
    assertWrongType(() -> KvValue.ofNull().asString(), "a string but a KvNull");
    assertWrongType(() -> KvValue.array().asString(), "a string but a KvArray");
    assertWrongType(() -> KvValue.object(Map.of()).asString(), "a string but a KvObject");
  }

  private static void assertWrongType(ThrowingCallable reader, String message) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(reader)
        .withMessage("the value is not " + message);
  }

  @Test
  void laterChangesOfTheArgumentsChangeNothing() {
    List<KvValue> elements = new ArrayList<>(List.of(ONE));
    Map<String, KvValue> members = new LinkedHashMap<>(Map.of("a", ONE));
    KvValue[] varargs = {ONE};
    KvValue fromList = KvValue.array(elements);
    KvValue fromVarargs = KvValue.array(varargs);
    KvValue fromConstructor = new KvArray(elements);
    KvValue object = KvValue.object(members);
    elements.set(0, TWO);
    varargs[0] = TWO;
    members.put("a", TWO);
    assertThat(List.of(fromList, fromVarargs, fromConstructor))
        .allMatch(v -> v.toString().equals("[1]"));
    assertThat(object).hasToString("{\"a\":1}");
  }

  @Test
  void contentIsUnmodifiable() {
    List<KvValue> elements = KvValue.array(ONE).asList();
    Map<String, KvValue> members = KvValue.object(Map.of("a", ONE)).asMap();
    assertUnsupported(() -> elements.add(ONE));
    assertUnsupported(() -> elements.set(0, TWO));
    assertUnsupported(() -> elements.remove(0));
    assertUnsupported(() -> members.put("a", TWO));
    assertUnsupported(() -> members.remove("a"));
    assertUnsupported(members::clear);
    assertUnsupported(() -> members.entrySet().iterator().next().setValue(TWO));
    assertUnsupported(() -> members.values().clear());
  }

  private static void assertUnsupported(ThrowingCallable change) {
    assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(change);
  }

  @Test
  void refusesJavasNull() {
    assertThatNullPointerException().isThrownBy(() -> KvValue.of((String) null));
    assertThatNullPointerException().isThrownBy(() -> new KvNumber(null));
    assertThatNullPointerException()
        .isThrownBy(() -> KvValue.array(ONE, null))
        .withMessage("an element is null; JSON's null is KvValue.ofNull()");
    assertThatNullPointerException()
        .isThrownBy(() -> KvValue.object(Collections.singletonMap("a", null)))
        .withMessage("a member is null; JSON's null is KvValue.ofNull()");
    assertThatNullPointerException()
        .isThrownBy(() -> KvValue.object(Collections.singletonMap(null, ONE)))
        .withMessage("the name of a member is null");
    assertThatNullPointerException().isThrownBy(() -> KvValue.object(Map.of()).get(null));
  }

  @ParameterizedTest
  @CsvSource({"a\ud83d, 1, \"a\\ud83d\"", "\ude00a, 0, \"\\ude00a\""})
  void refusesHalfSurrogatePairs(String text, int index, String quoted) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.of(text))
        .withMessage("the string has half a surrogate pair at index %d: %s", index, quoted);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.object(Map.of(text, ONE)))
        .withMessage(
            "the name of a member has half a surrogate pair at index %d: %s", index, quoted);
  }

  @Test
  void allows64LevelsAndRefuses65() {
    KvValue array = KvValue.array();
    KvValue object = KvValue.object(Map.of());
    for (int depth = 2; depth <= 64; depth++) {
      array = KvValue.array(ONE, array, ONE);
      object = KvValue.object(Map.of("a", object, "b", ONE));
    }
    for (KvValue deepest : new KvValue[] {array, object}) {
      assertThat(KvValue.parse(deepest.toJson())).isEqualTo(deepest);
      assertThat(deepest.hashCode()).isEqualTo(KvValue.parse(deepest.toJson()).hashCode());
      assertTooDeep(() -> KvValue.array(deepest));
      assertTooDeep(() -> new KvArray(List.of(ONE, deepest)));
      assertTooDeep(() -> KvValue.object(Map.of("a", deepest)));
      assertTooDeep(() -> new KvObject(Map.of("a", ONE, "b", deepest)));
      assertTooDeep(() -> KvValue.object().put("a", deepest).build());
    }
  }

  private static void assertTooDeep(ThrowingCallable building) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> building.call())
        .withMessage("value is nested deeper than 64 levels");
  }

  @Test
  void parsingRefusesTooDeepValues() {
    assertThat(KvValue.parse("[".repeat(64) + "]".repeat(64)).toJson()).hasSize(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KvValue.parse("[".repeat(65) + "]".repeat(65)))
        .withMessageEndingWith("nested deeper than 64 levels");
    assertThatIllegalArgumentException().isThrownBy(() -> KvValue.parse("[".repeat(1_000_000)));
  }

  @Test
  void anArrayOfAnotherArraysElementsHasItsDepth() {
    KvValue array = KvValue.array();
    for (int i = 0; i < 1_000; i++) {
      array = KvValue.array(KvValue.array(array.asList()).asList());
    }
    assertThat(array).hasToString("[]");
  }

  @Test
  void largeArraysAreFine() {
    String json = "[" + "1,".repeat(499_999) + "1]";
    assertThat(KvValue.parse(json).toJson()).isEqualTo(json);
    assertThat(KvValue.array(Arrays.asList(KvValue.parse(json), ONE)).asList()).hasSize(2);
  }
}
