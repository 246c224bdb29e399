package io.relaykv.shell.command.backup;

import io.relaykv.client.BackupInfo;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code backup restore FILE}. */
@Command(
    name = "restore",
    customSynopsis = "kv-shell [OPTION..] backup restore FILE",
    description = {
      "Puts a backup into an empty cluster: one without accounts. The file is read as a whole first.",
      "Until all is there nobody but operators is served. If it is interrupted, the same command goes"
          + " on where it was."
    })
final class BackupRestoreCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  BackupRestoreCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path source = BackupView.existing(context, file);
    BackupProgressLines progress = new BackupProgressLines(context);
    try (KvAdmin admin = context.admin()) {
      Interruption.stopping(admin::close, () -> restore(admin, source, progress));
    } catch (InvalidBackupException e) {
      throw new ShellException(String.valueOf(e.getMessage()), "");
    }
    return ExitCodes.OK;
  }

  private void restore(KvAdmin admin, Path source, BackupProgressLines progress) {
    boolean finished = false;
    try {
      BackupInfo info = admin.restoreBackup(source, progress);
      finished = true;
      context.progress().clear();
      new BackupView(info).print(context, "restored");
    } finally {
      // While the process is still kept from ending.
      if (!finished && progress.isRestoring()) {
        context.note(
            "the restore is not finished, and until it is nobody is served; to go on: kv-shell"
                + " backup restore "
                + file);
      }
    }
  }
}
