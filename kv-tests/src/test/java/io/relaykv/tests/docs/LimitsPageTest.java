package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.Limits;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/limits.md has the limits of the code, and the messages that name them. */
class LimitsPageTest {
  private static final String PAGE = "docs/limits.md";

  @Test
  void theNumbersAreThoseOfTheCode() throws IOException {
    assertThat(Repository.read(PAGE))
        .contains("| key | 1 to %d of ".formatted(Limits.MAX_KEY_BYTES))
        .contains(
            "| value | %d MiB as UTF-8, %d levels |"
                .formatted(Limits.MAX_VALUE_BYTES >> 20, Limits.MAX_JSON_DEPTH))
        .contains(
            "| listing | %,d keys or %d MiB a page |"
                .formatted(Limits.MAX_PAGE_KEYS, Limits.MAX_PAGE_BYTES >> 20))
        .contains("| accounts | %,d |".formatted(Limits.MAX_ACCOUNTS))
        .contains(
            "| API keys | %,d an account, %,d in all |"
                .formatted(Limits.MAX_API_KEYS_PER_ACCOUNT, Limits.MAX_API_KEYS));
  }

  @Test
  void theMessagesAreThoseOfTheCode() throws IOException {
    List<Pattern> messages =
        ErrorMessages.of(Repository.sources()).keySet().stream()
            .map(LimitsPageTest::pattern)
            .toList();
    List<String> shown =
        Pattern.compile("(?<=\\| |: |, )`([^`]* [^`]* [^`]*)`(?=,| \\|)")
            .matcher(Repository.read(PAGE))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(shown)
        .hasSizeGreaterThan(8)
        .allSatisfy(text -> assertThat(messages).anyMatch(one -> one.matcher(text).matches()));
  }

  private static Pattern pattern(String message) {
    return Pattern.compile(
        Stream.of(message.split(String.valueOf(ErrorMessages.VARIES), -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".+")));
  }
}
