package io.relaykv.server;

import io.relaykv.server.config.NodeConfig;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes the data directory of a node of a new cluster. */
@Command(
    name = "bootstrap",
    description = {
      "Makes the data directory of a node of a new cluster; to be run once on each node before its first start.",
      "Never run it for a node that has lost its data: replace that node."
    },
    mixinStandardHelpOptions = true)
final class BootstrapCommand implements Callable<Integer> {
  @Mixin private ConfigFileOption config = new ConfigFileOption();

  @Override
  public Integer call() throws IOException {
    NodeConfig loaded = config.load().config();
    NodeDirectory.bootstrap(loaded);
    System.out.println(
        "Made %s for node %s of cluster %s."
            .formatted(loaded.dataDir(), loaded.nodeId(), loaded.cluster().name()));
    return ExitCodes.OK;
  }
}
