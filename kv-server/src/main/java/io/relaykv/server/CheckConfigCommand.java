package io.relaykv.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether a configuration is right. */
@Command(
    name = "check-config",
    description = "Says whether the configuration is right, and if not, all that is wrong with it.",
    mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
  @Mixin private ConfigFileOption config = new ConfigFileOption();

  @Override
  public Integer call() {
    System.out.println(
        "The configuration of node %s is right.".formatted(config.load().config().nodeId()));
    return ExitCodes.OK;
  }
}
