package io.relaykv.protocol;

/** Makes text from outside safe and short enough for a log, a message or a terminal. */
public final class Printable {
  private static final int MAX_LENGTH = 64;

  private Printable() {}

  /** The same as {@link #quote(String, int)} with at most 64 characters. */
  public static String quote(String text) {
    return quote(text, MAX_LENGTH);
  }

  /**
   * Puts {@code text} in double quotes, everything but printable ASCII escaped as in JSON, and cuts
   * it: {@code "a\n\u00e9"...}.
   *
   * @param maxLength how many characters, after escaping, may stand between the quotes
   */
  public static String quote(String text, int maxLength) {
    StringBuilder quoted = new StringBuilder(Math.min(text.length(), maxLength) + 8).append('"');
    for (int i = 0; i < text.length(); i++) {
      String escaped = escape(text.charAt(i));
      if (quoted.length() - 1 + escaped.length() > maxLength) {
        return quoted.append("\"...").toString();
      }
      quoted.append(escaped);
    }
    return quoted.append('"').toString();
  }

  private static String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> c >= ' ' && c <= '~' ? String.valueOf(c) : "\\u%04x".formatted((int) c);
    };
  }
}
