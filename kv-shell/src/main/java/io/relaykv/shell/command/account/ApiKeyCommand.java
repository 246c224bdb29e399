package io.relaykv.shell.command.account;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code apikey}: names its commands. */
@Command(
    name = "apikey",
    customSynopsis = "kv-shell [OPTION..] apikey COMMAND",
    description = "Looks after API keys. Needs the admin key.")
final class ApiKeyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
