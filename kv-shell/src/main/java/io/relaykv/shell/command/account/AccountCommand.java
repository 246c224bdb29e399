package io.relaykv.shell.command.account;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code account}: names its commands. */
@Command(
    name = "account",
    customSynopsis = "kv-shell [OPTION..] account COMMAND",
    description = "Looks after accounts. Needs the admin key.")
final class AccountCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
