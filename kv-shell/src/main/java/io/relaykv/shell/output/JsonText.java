package io.relaykv.shell.output;

import io.relaykv.client.KvValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Puts JSON texts together. Not by {@link KvValue}s of values: one that is nested as deep as values
 * may be must still fit into a document.
 */
public final class JsonText {
  private JsonText() {}

  /** An object; the values are JSON already. */
  public static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> string(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** An array; the elements are JSON already. */
  public static String array(List<String> elements) {
    return elements.stream().collect(Collectors.joining(",", "[", "]"));
  }

  public static String string(String text) {
    return KvValue.of(text).toJson();
  }

  /** A number with up to three digits behind the point. */
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
  }
}
