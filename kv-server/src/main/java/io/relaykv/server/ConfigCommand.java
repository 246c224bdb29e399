package io.relaykv.server;

import io.relaykv.server.config.EffectiveConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the settings. */
@Command(
    name = "config",
    description = "Shows the settings as they take effect, with where each comes from.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Mixin private ConfigFileOption config = new ConfigFileOption();

  @Option(names = "--effective", description = "All settings, those with their defaults too.")
  private boolean effective;

  @Override
  public Integer call() {
    EffectiveConfig loaded = config.load();
    System.out.print((effective ? loaded : loaded.withoutDefaults()).render());
    return ExitCodes.OK;
  }
}
