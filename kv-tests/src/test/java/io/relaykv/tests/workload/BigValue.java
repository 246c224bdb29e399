package io.relaykv.tests.workload;

import java.util.Optional;

/**
 * A long text that begins with what is unique about it, and from which can be told whether it is
 * whole: {@code unique|length|xxx..}.
 */
final class BigValue {
  private static final char SEPARATOR = '|';

  private BigValue() {}

  static String of(String unique, int paddingLength) {
    return unique + SEPARATOR + paddingLength + SEPARATOR + "x".repeat(paddingLength);
  }

  /** What is unique about a big value; empty if it is none, or not whole. */
  static Optional<String> unique(String text) {
    int first = text.indexOf(SEPARATOR);
    int second = text.indexOf(SEPARATOR, first + 1);
    if (first < 0 || second < 0) {
      return Optional.empty();
    }
    int padding = text.length() - second - 1;
    return text.substring(first + 1, second).equals(Integer.toString(padding))
            && text.substring(second + 1).chars().allMatch(c -> c == 'x')
        ? Optional.of(text.substring(0, first))
        : Optional.empty();
  }
}
