package io.relaykv.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The form in which values are stored: no insignificant white space; order of members and text of
 * numbers kept; strings escaped only where JSON must. Never longer than the text it is made from,
 * and its own canonical form.
 */
public final class CanonicalJson {
  private CanonicalJson() {}

  /**
   * The canonical form of a JSON value, both as UTF-8.
   *
   * @throws InvalidJsonException under the conditions of {@link StrictJson#parse(byte[],
   *     JsonVisitor)}
   */
  public static byte[] of(byte[] utf8) {
    JsonWriter writer = new JsonWriter(utf8.length);
    StrictJson.parse(utf8, writer);
    return writer.toString().getBytes(UTF_8);
  }

  /**
   * The canonical form of a JSON value.
   *
   * @throws InvalidJsonException under the conditions of {@link StrictJson#parse(String,
   *     JsonVisitor)}
   */
  public static String of(String json) {
    JsonWriter writer = new JsonWriter(json.length());
    StrictJson.parse(json, writer);
    return writer.toString();
  }
}
