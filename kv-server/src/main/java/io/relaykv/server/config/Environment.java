package io.relaykv.server.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The part of the environment that is meant for this node. */
final class Environment {
  static final String PREFIX = "RELAYKV_";

  /** Of the start scripts and the shell, which share the prefix. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "RELAYKV_CHECKOUT",
          "RELAYKV_CONFIG",
          "RELAYKV_DEBUG",
          "RELAYKV_HOME",
          "RELAYKV_JAVA_OPTS");

  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  Optional<String> value(Setting<?> setting) {
    return Optional.ofNullable(variables.get(setting.environmentVariable()));
  }

  /** One line for every variable with our prefix that sets nothing. */
  List<String> problems() {
    List<String> known = Settings.all().stream().map(Setting::environmentVariable).toList();
    return new TreeSet<>(variables.keySet())
        .stream()
            .filter(name -> name.startsWith(PREFIX))
            .filter(name -> !known.contains(name) && !OF_OTHERS.contains(name))
            .map(
                name ->
                    "unknown environment variable `%s`%s"
                        .formatted(name, Suggestion.forWord(name, known)))
            .toList();
  }
}
