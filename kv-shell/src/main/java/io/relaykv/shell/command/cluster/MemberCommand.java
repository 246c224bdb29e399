package io.relaykv.shell.command.cluster;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code member}: names its commands. */
@Command(
    name = "member",
    customSynopsis = "kv-shell [OPTION..] member COMMAND",
    description = "Looks after the nodes that make up the cluster. Needs the admin key.")
final class MemberCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
