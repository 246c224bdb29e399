package io.relaykv.shell.command.cluster;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code log}: names its commands. */
@Command(
    name = "log",
    customSynopsis = "kv-shell [OPTION..] log COMMAND",
    description = "Sets how much nodes log. Needs the admin key.")
final class LogCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
