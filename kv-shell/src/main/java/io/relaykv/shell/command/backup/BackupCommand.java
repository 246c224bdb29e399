package io.relaykv.shell.command.backup;

import io.relaykv.shell.failure.ExitCodes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code backup}: names its commands. */
@Command(
    name = "backup",
    customSynopsis = "kv-shell [OPTION..] backup COMMAND",
    description =
        "Writes all accounts, API keys and data of a cluster into a file, and puts them into an"
            + " empty cluster. Needs the admin key, but for verify.")
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.USAGE;
  }
}
