package io.relaykv.server.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The declaration of one key: what it means, what it may be and what it is when nobody sets it. */
public final class Setting<T> {
  private final String key;
  private final @Nullable Object defaultValue;
  private final String defaultDescription;
  private final ValueType<T> type;
  private final String description;

  private Setting(
      String key,
      @Nullable Object defaultValue,
      String defaultDescription,
      ValueType<T> type,
      String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.defaultDescription = defaultDescription;
    this.type = type;
    this.description = description;
  }

  static <T> Setting<T> required(String key, ValueType<T> type, String description) {
    return new Setting<>(key, null, "none, required", type, description);
  }

  /** A setting that may be left out and then means nothing. */
  static <T> Setting<T> optional(String key, ValueType<T> type, String description) {
    return new Setting<>(key, null, "none", type, description);
  }

  static <T> Setting<T> withDefault(
      String key, String value, ValueType<T> type, String description) {
    return new Setting<>(key, value, value, type, description);
  }

  static <T> Setting<List<T>> withDefault(
      String key, List<T> value, ValueType<List<T>> type, String description) {
    return new Setting<>(key, value, type.render(value), type, description);
  }

  /** The dotted name in the file. */
  public String key() {
    return key;
  }

  /** The environment variable that overrides the file: {@code node.id} is RELAYKV_NODE_ID. */
  public String environmentVariable() {
    return Environment.PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The default as one would write it, or in words where it depends on other settings. */
  public String defaultDescription() {
    return defaultDescription;
  }

  /** What the value is or counts: "duration", "bytes", "entries". */
  public String unit() {
    return type.unit();
  }

  /** The values that are allowed, in words. */
  public String allowed() {
    return type.allowed();
  }

  /** What the setting does, in one or two sentences. */
  public String description() {
    return description;
  }

  Optional<ConfigValue> defaultValue() {
    return Optional.ofNullable(defaultValue).map(ConfigValueFactory::fromAnyRef);
  }

  /**
   * The value that was written.
   *
   * @throws InvalidSettingException if it is not allowed
   */
  T read(ConfigValue written) {
    T value;
    try {
      value = type.read(written);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(key, shown(written), String.valueOf(e.getMessage()));
    }
    if (!type.permits(value)) {
      throw new InvalidSettingException(key, shown(written), "must be " + type.allowed());
    }
    return value;
  }

  /**
   * Checks a value that was not written but made by code.
   *
   * @throws InvalidSettingException if it is not allowed
   */
  void require(T value) {
    if (!type.permits(value)) {
      throw invalid(value, "must be " + type.allowed());
    }
  }

  /**
   * @param reason continues the sentence "key = value ..."
   */
  InvalidSettingException invalid(T value, String reason) {
    return new InvalidSettingException(key, type.render(value), reason);
  }

  String render(T value) {
    return type.render(value);
  }

  private static String shown(ConfigValue written) {
    return written.valueType() == ConfigValueType.LIST
            || written.valueType() == ConfigValueType.OBJECT
        ? written.render(ConfigRenderOptions.concise())
        : ScalarType.quoted(String.valueOf(written.unwrapped()));
  }
}
