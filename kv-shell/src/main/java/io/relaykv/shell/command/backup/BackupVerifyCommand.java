package io.relaykv.shell.command.backup;

import io.relaykv.client.BackupFile;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.failure.ExitCodes;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code backup verify FILE}. */
@Command(
    name = "verify",
    customSynopsis = "kv-shell [OPTION..] backup verify FILE",
    description = {
      "Reads a backup as a whole, without a cluster: whether it is as it was written, to its end,"
          + " and could be restored. Tells what is in it.",
      "Exit code 0 if it is whole, otherwise 7."
    })
final class BackupVerifyCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  BackupVerifyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    BackupInfo info;
    try {
      info =
          BackupFile.verify(BackupView.existing(context, file), new BackupProgressLines(context));
    } catch (InvalidBackupException e) {
      context.note("kv-shell: " + e.getMessage());
      return ExitCodes.UNHEALTHY;
    } finally {
      context.progress().clear();
    }
    new BackupView(info).print(context, "whole");
    return ExitCodes.OK;
  }
}
