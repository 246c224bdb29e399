package io.relaykv.shell.command.backup;

import io.relaykv.shell.command.CommandContext;
import picocli.CommandLine;

/** Makes the commands for backups. */
public final class BackupCommands {
  private BackupCommands() {}

  /** {@code backup ..}. */
  public static CommandLine backups(CommandContext context) {
    return new CommandLine(new BackupCommand())
        .addSubcommand(new BackupCreateCommand(context))
        .addSubcommand(new BackupVerifyCommand(context))
        .addSubcommand(new BackupRestoreCommand(context));
  }
}
