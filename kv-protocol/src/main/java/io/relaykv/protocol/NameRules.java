package io.relaykv.protocol;

import java.util.regex.Pattern;

/** What the names of accounts and nodes and the label of an API key may be. */
public final class NameRules {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private NameRules() {}

  /**
   * Checks the name of an account: 1 to 63 lower-case letters, digits and dashes, the first no
   * dash.
   *
   * @throws IllegalArgumentException if it is something else; its message is safe to print
   */
  public static void checkAccountName(String name) {
    check("account", name);
  }

  /**
   * Checks the name of a node, by the same rule.
   *
   * @throws IllegalArgumentException if it is something else; its message is safe to print
   */
  public static void checkNodeName(String name) {
    check("node", name);
  }

  private static void check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s name %s of %d characters; allowed are 1 to 63 of a-z 0-9 -, the first no dash"
              .formatted(what, Printable.quote(name), name.length()));
    }
  }

  /**
   * Checks the label of an API key: at most {@value Limits#MAX_LABEL_CHARACTERS} characters of
   * printable ASCII.
   *
   * @throws IllegalArgumentException if it is something else; its message is safe to print
   */
  public static void checkLabel(String label) {
    if (label.length() > Limits.MAX_LABEL_CHARACTERS) {
      throw new IllegalArgumentException(
          "label %s has %d characters; the limit is %d"
              .formatted(Printable.quote(label), label.length(), Limits.MAX_LABEL_CHARACTERS));
    }
    if (!label.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException(
          "label %s holds something else than printable ASCII".formatted(Printable.quote(label)));
    }
  }
}
