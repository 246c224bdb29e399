package io.relaykv.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A configuration together with where each of its values came from.
 *
 * @param entries one for each setting, in the order of {@link Settings#all()}
 */
public record EffectiveConfig(NodeConfig config, List<Entry> entries) {
  /** Copies the entries. */
  public EffectiveConfig {
    entries = List.copyOf(entries);
  }

  /**
   * One setting as it is in force.
   *
   * @param value as one would write it in the file
   * @param origin a file and line, an environment variable, "flag", "default", or another setting
   */
  public record Entry(String key, String value, String unit, String origin) {}

  /** Does what {@link NodeConfig#load} does, and remembers the origins. */
  public static EffectiveConfig load(
      Path file, Map<String, String> env, Map<String, String> flags) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    return new ConfigLoader(
            ConfigFile.read(file),
            new Environment(env),
            flags,
            directory == null ? file.toAbsolutePath() : directory)
        .load();
  }

  /** Does what {@link NodeConfig#of} does, and remembers the origins. */
  public static EffectiveConfig of(Map<String, String> values) {
    return new ConfigLoader(
            ConfigFile.NONE, new Environment(Map.of()), values, Path.of("").toAbsolutePath())
        .load();
  }

  /** Only what somebody has set. */
  public EffectiveConfig withoutDefaults() {
    return new EffectiveConfig(
        config, entries.stream().filter(entry -> !entry.origin().equals("default")).toList());
  }

  /** All settings as a configuration file, one a line, with unit and origin as a comment. */
  public String render() {
    return entries.stream()
        .map(
            entry ->
                "%s = %s  # %s, %s\n"
                    .formatted(entry.key(), entry.value(), entry.unit(), entry.origin()))
        .collect(Collectors.joining());
  }
}
