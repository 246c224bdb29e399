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
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ALLOWED.length || !ALLOWED[c]) {
        throw new IllegalArgumentException(
            "%s %s has %s at position %d; allowed are a-z A-Z 0-9 _ - . = /"
                .formatted(what, Printable.quote(text), characterAt(text, i), i + 1));
      }
    }
  }

  private static String characterAt(String text, int index) {
    return Printable.quote(Character.toString(text.codePointAt(index)));
  }
}
