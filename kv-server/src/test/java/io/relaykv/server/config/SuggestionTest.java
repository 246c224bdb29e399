package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  @ParameterizedTest
  @CsvSource({"'', abc, 3", "abc, '', 3", "kitten, sitting, 3", "same, same, 0", "ab, ba, 2"})
  void countsInsertionsDeletionsAndReplacements(String from, String to, int edits) {
    assertThat(Suggestion.edits(from, to)).isEqualTo(edits);
  }

  @Test
  void takesTheNearestWordAndNoneThatIsFar() {
    List<String> known = List.of("log.format", "log.level");

    assertThat(Suggestion.nearest("log.levels", known)).hasValue("log.level");
    assertThat(Suggestion.nearest("colour", known)).isEmpty();
  }
}
