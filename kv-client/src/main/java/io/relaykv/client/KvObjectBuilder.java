package io.relaykv.client;

import io.relaykv.client.KvValue.KvObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Gathers the members of a JSON object in their order: {@code KvValue.object().put("name",
 * "x").put("percent", 25).build()}. Naming a member again replaces its value in its old place. Not
 * thread-safe.
 */
public final class KvObjectBuilder {
  private final Map<String, KvValue> members = new LinkedHashMap<>();

  KvObjectBuilder() {}

  /**
   * Sets a member to any value.
   *
   * @return this
   */
  public KvObjectBuilder put(String name, KvValue value) {
    members.put(
        Objects.requireNonNull(name, "the name of a member is null"),
        Objects.requireNonNull(value, "a member is null; JSON's null is KvValue.ofNull()"));
    return this;
  }

  /**
   * Sets a member to a string.
   *
   * @return this
   * @throws IllegalArgumentException as {@link KvValue#of(String)} does
   */
  public KvObjectBuilder put(String name, String value) {
    return put(name, KvValue.of(value));
  }

  /**
   * Sets a member to a number.
   *
   * @return this
   */
  public KvObjectBuilder put(String name, long value) {
    return put(name, KvValue.of(value));
  }

  /**
   * Sets a member to a number.
   *
   * @return this
   * @throws IllegalArgumentException as {@link KvValue#of(double)} does
   */
  public KvObjectBuilder put(String name, double value) {
    return put(name, KvValue.of(value));
  }

  /**
   * Sets a member to true or false.
   *
   * @return this
   */
  public KvObjectBuilder put(String name, boolean value) {
    return put(name, KvValue.of(value));
  }

  /**
   * The object with the members so far; the builder can go on.
   *
   * @throws IllegalArgumentException as {@link KvValue#object(Map)} does
   */
  public KvObject build() {
    return new KvObject(members);
  }
}
