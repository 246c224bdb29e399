package io.relaykv.client;

import io.relaykv.client.KvValue.KvArray;
import io.relaykv.client.KvValue.KvBoolean;
import io.relaykv.client.KvValue.KvNull;
import io.relaykv.client.KvValue.KvNumber;
import io.relaykv.client.KvValue.KvObject;
import io.relaykv.client.KvValue.KvString;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.json.StrictJson;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON value: a string, number, boolean, null, array or object. Immutable, safe to share between
 * threads.
 *
 * <p>Values are exact: a number keeps the text that it was written with, an object the order of its
 * members, and {@code "42"} is not {@code 42}. Two values are equal if they are of one type and
 * have equal content; numbers compare by their text, so {@code 1.0} does not equal {@code 1}, and
 * objects regardless of the order of their members.
 *
 * <p>Arrays and objects may be nested up to 64 levels, the outermost included. A value of more than
 * 1 MiB (of {@link #toJson()}, as UTF-8) can be built but not stored. Methods refuse null arguments
 * with {@link NullPointerException}.
 */
public sealed interface KvValue permits KvString, KvNumber, KvBoolean, KvNull, KvArray, KvObject {

  /**
   * Reads a value from its JSON text (RFC 8259), strictly: neither comments nor trailing commas, no
   * two members of one name, no half surrogate pairs.
   *
   * @throws IllegalArgumentException if {@code json} is anything else than one value, is nested
   *     deeper than 64 levels, or holds a string, number or name of more than 1,048,576 characters;
   *     the message says what is wrong and where
   */
  static KvValue parse(String json) {
    TreeBuilder builder = new TreeBuilder();
    StrictJson.parse(json, builder);
    return builder.root();
  }

  /**
   * A string.
   *
   * @throws IllegalArgumentException if it has half a surrogate pair
   */
  static KvValue of(String value) {
    return new KvString(value);
  }

  /** A whole number. */
  static KvValue of(long value) {
    return new KvNumber(Long.toString(value));
  }

  /**
   * A number with the text that {@link Double#toString(double)} gives it; {@code 1.0} for 1.
   *
   * @throws IllegalArgumentException if it is infinite or not a number
   */
  static KvValue of(double value) {
    return new KvNumber(Double.toString(value));
  }

  /** A number with the text that {@link BigDecimal#toString()} gives it. */
  static KvValue of(BigDecimal value) {
    return new KvNumber(value.toString());
  }

  /** True or false. */
  static KvValue of(boolean value) {
    return new KvBoolean(value);
  }

  /** JSON's null: a value like any other, not a missing one. */
  static KvValue ofNull() {
    return new KvNull();
  }

  /**
   * An array with a copy of these elements.
   *
   * @throws IllegalArgumentException if it would be nested deeper than 64 levels
   */
  static KvValue array(List<? extends KvValue> elements) {
    return new KvArray(KvElements.copyOf(elements));
  }

  /**
   * An array of these elements.
   *
   * @throws IllegalArgumentException if it would be nested deeper than 64 levels
   */
  static KvValue array(KvValue... elements) {
    return array(Arrays.asList(elements));
  }

  /**
   * An object with a copy of these members, in the order of the map's iterator.
   *
   * @throws IllegalArgumentException if a name has half a surrogate pair, or the object would be
   *     nested deeper than 64 levels
   */
  static KvValue object(Map<String, ? extends KvValue> members) {
    return new KvObject(KvMembers.copyOf(members));
  }

  /** An object to be filled member by member. */
  static KvObjectBuilder object() {
    return new KvObjectBuilder();
  }

  /**
   * The value as JSON in canonical form: no white space but inside strings; order of members and
   * text of numbers kept; strings escaped only where JSON must.
   */
  default String toJson() {
    return TreeWalk.toJson(this);
  }

  /** Whether this is JSON's null. */
  default boolean isNull() {
    return this instanceof KvNull;
  }

  /**
   * The text of a string.
   *
   * @throws IllegalStateException if this is not a string
   */
  default String asString() {
    throw isNot("a string");
  }

  /**
   * A number as a long: {@code 100} as well as {@code 1E2} and {@code 100.0}.
   *
   * @throws ArithmeticException if it is not whole or out of range
   * @throws IllegalStateException if this is not a number
   */
  default long asLong() {
    throw isNot("a number");
  }

  /**
   * The double nearest to a number.
   *
   * @throws ArithmeticException if it is out of range
   * @throws IllegalStateException if this is not a number
   */
  default double asDouble() {
    throw isNot("a number");
  }

  /**
   * A number exactly, trailing zeros included. Takes time quadratic in the number of digits: check
   * the length of a number from an unknown source first.
   *
   * @throws ArithmeticException if its exponent is out of range, about 2<sup>31</sup>
   * @throws IllegalStateException if this is not a number
   */
  default BigDecimal asBigDecimal() {
    throw isNot("a number");
  }

  /**
   * True or false.
   *
   * @throws IllegalStateException if this is not a boolean
   */
  default boolean asBoolean() {
    throw isNot("a boolean");
  }

  /**
   * The elements of an array; unmodifiable.
   *
   * @throws IllegalStateException if this is not an array
   */
  default List<KvValue> asList() {
    throw isNot("an array");
  }

  /**
   * The members of an object in their order; unmodifiable.
   *
   * @throws IllegalStateException if this is not an object
   */
  default Map<String, KvValue> asMap() {
    throw isNot("an object");
  }

  /**
   * The member of an object with this name, which may be JSON's null; empty if there is none.
   *
   * @throws IllegalStateException if this is not an object
   */
  default Optional<KvValue> get(String name) {
    return Optional.ofNullable(asMap().get(Objects.requireNonNull(name, "name")));
  }

  private IllegalStateException isNot(String wanted) {
    return new IllegalStateException(
        "the value is not %s but a %s".formatted(wanted, getClass().getSimpleName()));
  }

  /**
   * A string.
   *
   * @param value its text, without half surrogate pairs
   */
  record KvString(String value) implements KvValue {
    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it has half a surrogate pair
     */
    public KvString {
      KvText.check("the string", Objects.requireNonNull(value, "value"));
    }

    @Override
    public String asString() {
      return value;
    }

    @Override
    public String toString() {
      return toJson();
    }
  }

  /**
   * A number of any size and precision.
   *
   * @param text as JSON writes it, {@code -12.50e+3}
   */
  record KvNumber(String text) implements KvValue {
    private static final Pattern GRAMMAR =
        Pattern.compile("-?+(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?+(?:[eE][-+]?+[0-9]++)?+");

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it is not a number in JSON
     */
    public KvNumber {
      if (!GRAMMAR.matcher(text).matches()) {
        throw new IllegalArgumentException("not a number in JSON: " + Printable.quote(text));
      }
    }

    @Override
    public long asLong() {
      try {
        return asBigDecimal().longValueExact();
      } catch (ArithmeticException e) {
        throw new ArithmeticException(
            Printable.quote(text) + " is not a whole number in the range of a long");
      }
    }

    @Override
    public double asDouble() {
      double value = Double.parseDouble(text);
      if (Double.isInfinite(value)) {
        throw new ArithmeticException(Printable.quote(text) + " is out of the range of a double");
      }
      return value;
    }

    @Override
    public BigDecimal asBigDecimal() {
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException e) {
        throw new ArithmeticException(
            Printable.quote(text) + " is out of the range of a BigDecimal");
      }
    }

    @Override
    public String toString() {
      return toJson();
    }
  }

  /**
   * True or false.
   *
   * @param value which of them
   */
  record KvBoolean(boolean value) implements KvValue {
    @Override
    public boolean asBoolean() {
      return value;
    }

    @Override
    public String toString() {
      return toJson();
    }
  }

  /** JSON's null. */
  record KvNull() implements KvValue {
    @Override
    public String toString() {
      return toJson();
    }
  }

  /**
   * An array.
   *
   * @param elements in their order; unmodifiable
   */
  record KvArray(List<KvValue> elements) implements KvValue {
    /**
     * Copies the elements.
     *
     * @throws IllegalArgumentException if the array would be nested deeper than 64 levels
     */
    public KvArray {
      elements = KvElements.copyOf(elements);
    }

    @Override
    public List<KvValue> asList() {
      return elements;
    }

    @Override
    public String toString() {
      return toJson();
    }
  }

  /**
   * An object.
   *
   * @param members by name, in their order; unmodifiable
   */
  record KvObject(Map<String, KvValue> members) implements KvValue {
    /**
     * Copies the members.
     *
     * @throws IllegalArgumentException if a name has half a surrogate pair, or the object would be
     *     nested deeper than 64 levels
     */
    public KvObject {
      members = KvMembers.copyOf(members);
    }

    @Override
    public Map<String, KvValue> asMap() {
      return members;
    }

    @Override
    public String toString() {
      return toJson();
    }
  }
}
