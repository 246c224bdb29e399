package io.relaykv.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a mistyped word was meant to be. */
final class Suggestion {
  private Suggestion() {}

  /** {@code "; did you mean `x`?"} for the nearest of {@code known}, or nothing if none is near. */
  static String forWord(String word, Collection<String> known) {
    return nearest(word, known).map("; did you mean `%s`?"::formatted).orElse("");
  }

  /** The known word with the fewest edits, at most one for every three characters. */
  static Optional<String> nearest(String word, Collection<String> known) {
    int atMost = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= atMost)
        .min(
            Comparator.comparingInt((String candidate) -> edits(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The Levenshtein distance, one row of its table at a time. */
  static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[row.length - 1];
  }
}
