package io.relaykv.server;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.tls.NodeTls;
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
    NodeConfig loaded = config.load().config();
    NodeTls.load(loaded).close();
    System.out.println("The configuration of node %s is right.".formatted(loaded.nodeId()));
    return ExitCodes.OK;
  }
}
