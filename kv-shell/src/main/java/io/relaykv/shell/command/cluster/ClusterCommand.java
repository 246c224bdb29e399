package io.relaykv.shell.command.cluster;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cluster}: names its commands. */
@Command(
    name = "cluster",
    customSynopsis = "kv-shell [OPTION..] cluster COMMAND",
    description = "What concerns all nodes together. Needs the admin key.")
final class ClusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
