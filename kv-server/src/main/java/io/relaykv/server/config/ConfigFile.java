package io.relaykv.server.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The values of one HOCON file by key: {@code a { b = 1 }} and {@code a.b = 1} are the same. */
final class ConfigFile {
  static final ConfigFile NONE = new ConfigFile(Map.of());

  private final Map<String, ConfigValue> values;

  private ConfigFile(Map<String, ConfigValue> values) {
    this.values = values;
  }

  /**
   * Reads a file. Substitutions see the file alone: what the environment may change, it changes
   * through its own variables.
   *
   * @throws ConfigException if it is not there or not HOCON
   */
  static ConfigFile read(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new ConfigException(List.of("there is no configuration file " + path));
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
    try {
      ConfigObject root =
          ConfigFactory.parseFile(path.toFile(), options)
              .resolve(ConfigResolveOptions.noSystem())
              .root();
      Map<String, ConfigValue> values = new HashMap<>();
      collect("", root, values);
      return new ConfigFile(values);
    } catch (com.typesafe.config.ConfigException e) {
      String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
      throw new ConfigException(List.of("cannot read the configuration: " + message));
    }
  }

  Optional<ConfigValue> value(Setting<?> setting) {
    return Optional.ofNullable(values.get(setting.key()));
  }

  /** One line for every key that is no setting, from the top of the file to its end. */
  List<String> problems() {
    Map<Integer, Map<String, ConfigValue>> unknown = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (Settings.find(key).isEmpty()) {
            unknown
                .computeIfAbsent(value.origin().lineNumber(), line -> new TreeMap<>())
                .put(key, value);
          }
        });
    return unknown.values().stream()
        .flatMap(line -> line.entrySet().stream())
        .map(
            entry ->
                "unknown key `%s` %s%s"
                    .formatted(
                        entry.getKey(),
                        Origin.file(entry.getValue().origin()).phrase(),
                        Suggestion.forWord(entry.getKey(), Settings.keys())))
        .toList();
  }

  /** Goes down to the settings, or to the innermost keys where there are none. A null is unset. */
  private static void collect(String prefix, ConfigObject object, Map<String, ConfigValue> into) {
    object.forEach(
        (name, value) -> {
          String key = prefix + name;
          boolean known = Settings.find(key).isPresent();
          if (!known && value instanceof ConfigObject inner && !inner.isEmpty()) {
            collect(key + ".", inner, into);
          } else if (!known || value.valueType() != ConfigValueType.NULL) {
            into.put(key, value);
          }
        });
  }
}
