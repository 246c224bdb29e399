package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRulesTest {
  private static final String LONGEST = "k".repeat(512);

  @ParameterizedTest
  @ValueSource(strings = {"a", "Z", "0", "_", "-", ".", "=", "/", "a/b.c-d_e=F9", "..", "//"})
  void acceptsKeysOfTheAlphabet(String key) {
    assertThatCode(() -> KeyRules.checkKey(key)).doesNotThrowAnyException();
    assertThatCode(() -> KeyRules.checkPrefix(key)).doesNotThrowAnyException();
  }

  @Test
  void agreesWithThePatternOnEveryCharacter() {
    Pattern allowed = Pattern.compile("[a-zA-Z0-9_\\-.=/]");
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      String key = Character.toString((char) c);
      assertThat(accepts(key)).as("\\u%04x", c).isEqualTo(allowed.matcher(key).matches());
    }
  }

  @Test
  void acceptsTheLongestKey() {
    assertThatCode(() -> KeyRules.checkKey(LONGEST)).doesNotThrowAnyException();
    assertThatCode(() -> KeyRules.checkPrefix(LONGEST)).doesNotThrowAnyException();
  }

  @Test
  void refusesAnEmptyKeyButNotAnEmptyPrefix() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey(""))
        .withMessage("key \"\" is empty; it must have 1 to 512 characters");
    assertThatCode(() -> KeyRules.checkPrefix("")).doesNotThrowAnyException();
  }

  @Test
  void saysHowLongATooLongKeyIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey(LONGEST + "x"))
        .withMessage("key \"%s\"... has 513 characters; the limit is 512", "k".repeat(64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkPrefix(LONGEST + "x"))
        .withMessageStartingWith("prefix ")
        .withMessageEndingWith(" has 513 characters; the limit is 512");
  }

  @Test
  void saysWhichCharacterIsWrongAndWhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey("a b"))
        .withMessage("key \"a b\" has \" \" at position 2; allowed are a-z A-Z 0-9 _ - . = /");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkPrefix("flags/*"))
        .withMessageStartingWith("prefix \"flags/*\" has \"*\" at position 7;");
  }

  @Test
  void lettersOutsideAsciiAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey("stra\u00dfe"))
        .withMessageContaining("has \"\\u00df\" at position 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey("a\ud83d\ude00"))
        .withMessageContaining("has \"\\ud83d\\ude00\" at position 2");
  }

  @Test
  void messagesCarryNoControlCharacters() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyRules.checkKey("a\u001b[31m\n\u202e"))
        .withMessageContaining("key \"a\\u001b[31m\\n\\u202e\" has \"\\u001b\" at position 2");
  }

  private static boolean accepts(String key) {
    try {
      KeyRules.checkKey(key);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
