package io.relaykv.shell.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaykv.client.KvValue;
import io.relaykv.client.KvValue.KvString;
import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.ValueRules;
import io.relaykv.protocol.json.StrictJson;
import java.util.Map;
import java.util.Set;

/**
 * A key with its value: a line of an export.
 *
 * @param key 1 to 512 characters of {@code [a-zA-Z0-9_\-.=/]}
 * @param value at most 1 MiB in canonical form
 */
public record Entry(String key, KvValue value) {
  private static final String KEY = "key";
  private static final String VALUE = "value";

  /**
   * Reads {@code {"key":..,"value":..}}, in any order and with any white space. Whatever else there
   * might be in it would be lost, and is refused.
   *
   * @throws IllegalArgumentException if it is anything else, or a limit is exceeded
   */
  public static Entry parse(String line) {
    Map<String, String> members = StrictJson.members(line);
    if (!members.keySet().equals(Set.of(KEY, VALUE))) {
      throw new IllegalArgumentException(
          "the members are %s; an entry has \"key\" and \"value\"".formatted(members.keySet()));
    }
    return new Entry(key(members.getOrDefault(KEY, "")), value(members.getOrDefault(VALUE, "")));
  }

  private static String key(String json) {
    if (!(KvValue.parse(json) instanceof KvString key)) {
      throw new IllegalArgumentException("\"key\" is not a string");
    }
    KeyRules.checkKey(key.value());
    return key.value();
  }

  private static KvValue value(String json) {
    KvValue value;
    try {
      value = KvValue.parse(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"value\" is " + e.getMessage(), e);
    }
    ValueRules.checkSize(value.toJson().getBytes(UTF_8).length);
    return value;
  }

  /** As {@link #parse} reads it, in canonical form, without the end of the line. */
  public String toLine() {
    return "{\"%s\":%s,\"%s\":%s}".formatted(KEY, KvValue.of(key).toJson(), VALUE, value.toJson());
  }
}
