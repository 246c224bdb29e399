package io.relaykv.tests.docs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics an expression in Prometheus' language names. */
final class PromQl {
  /** Texts, matchers of labels, ranges, lists of labels: no metric stands in these. */
  private static final Pattern NO_METRICS =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*\\}|\\[[^\\]]*\\]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

  private static final Pattern WORD = Pattern.compile("\\b[a-zA-Z_:][\\w:]*\\b(?!\\s*\\()");

  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "unless", "bool", "offset", "group_left", "group_right", "by", "inf");

  private PromQl() {}

  static Set<String> metrics(String expression) {
    Set<String> names = new TreeSet<>();
    Matcher word = WORD.matcher(NO_METRICS.matcher(expression).replaceAll(" "));
    while (word.find()) {
      if (!KEYWORDS.contains(word.group())) {
        names.add(word.group());
      }
    }
    return names;
  }
}
