package io.relaykv.server;

import io.relaykv.server.config.EffectiveConfig;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where every command gets its configuration from. */
final class ConfigFileOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The node's configuration.")
  private Path file = Path.of("kv-server.conf");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting that wins over the file and the environment; may be repeated.")
  private Map<String, String> settings = Map.of();

  EffectiveConfig load() {
    return EffectiveConfig.load(file, System.getenv(), settings);
  }
}
