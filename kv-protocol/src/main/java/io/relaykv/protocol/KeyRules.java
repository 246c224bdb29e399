package io.relaykv.protocol;

/** What a key and a prefix of keys may be. */
public final class KeyRules {
  private static final String ALPHABET =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.=/";
  private static final boolean[] ALLOWED = new boolean[128];

  static {
    ALPHABET.chars().forEach(c -> ALLOWED[c] = true);
  }

  private KeyRules() {}

  /**
   * Checks that {@code key} has 1 to {@value Limits#MAX_KEY_BYTES} characters of {@code
   * [a-zA-Z0-9_\-.=/]}, each one byte long.
   *
   * @throws IllegalArgumentException if not; its message is safe to print
   */
  public static void checkKey(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "key \"\" is empty; it must have 1 to " + Limits.MAX_KEY_BYTES + " characters");
    }
    check("key", key);
  }

  /** Whether {@link #checkKey} would accept {@code key}. */
  public static boolean isKey(String key) {
    return !key.isEmpty()
        && key.length() <= Limits.MAX_KEY_BYTES
        && firstNotAllowed(key) == key.length();
  }

  /**
   * Checks that {@code prefix} is empty or could be a key.
   *
   * @throws IllegalArgumentException if not; its message is safe to print
   */
  public static void checkPrefix(String prefix) {
    check("prefix", prefix);
  }

  private static void check(String what, String text) {
    if (text.length() > Limits.MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "%s %s has %d characters; the limit is %d"
              .formatted(what, Printable.quote(text), text.length(), Limits.MAX_KEY_BYTES));
    }
    int position = firstNotAllowed(text);
    if (position < text.length()) {
      throw new IllegalArgumentException(
          "%s %s has %s at position %d; allowed are a-z A-Z 0-9 _ - . = /"
              .formatted(what, Printable.quote(text), characterAt(text, position), position + 1));
    }
  }

  private static int firstNotAllowed(String text) {
    int position = 0;
    while (position < text.length()
        && text.charAt(position) < ALLOWED.length
        && ALLOWED[text.charAt(position)]) {
      position++;
    }
    return position;
  }

  private static String characterAt(String text, int index) {
    return Printable.quote(Character.toString(text.codePointAt(index)));
  }
}
