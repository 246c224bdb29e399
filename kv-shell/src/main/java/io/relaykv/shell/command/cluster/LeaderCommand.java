package io.relaykv.shell.command.cluster;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code leader}: names its commands. */
@Command(
    name = "leader",
    customSynopsis = "kv-shell [OPTION..] leader COMMAND",
    description = "Tells which node leads, or lets another one lead. Needs the admin key.")
final class LeaderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
