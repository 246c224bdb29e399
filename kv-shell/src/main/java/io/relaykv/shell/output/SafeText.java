package io.relaykv.shell.output;

/**
 * Keeps text from outside from steering the terminal: control characters become {@code \}{@code
 * u001b}.
 */
public final class SafeText {
  private SafeText() {}

  /** For text that belongs on one line. */
  public static String line(String text) {
    return escape(text, "");
  }

  /** The same, but line breaks and tabs stay. */
  static String lines(String text) {
    return escape(text, "\n\t");
  }

  private static String escape(String text, String allowed) {
    if (text.chars().noneMatch(c -> isUnsafe((char) c, allowed))) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      safe.append(isUnsafe(c, allowed) ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
    return safe.toString();
  }

  /** C0, DEL and C1: some terminals take U+009B for the beginning of a command as well. */
  private static boolean isUnsafe(char c, String allowed) {
    return Character.isISOControl(c) && allowed.indexOf(c) < 0;
  }
}
