package io.relaykv.shell.command.backup;

import io.relaykv.client.BackupInfo;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.KvAdmin;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.command.Interruption;
import io.relaykv.shell.failure.ExitCodes;
import io.relaykv.shell.failure.ShellException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code backup create FILE}. */
@Command(
    name = "create",
    customSynopsis = "kv-shell [OPTION..] backup create FILE [--replace]",
    description = {
      "Writes all accounts, API keys and data, as of one log entry, into a file that only you can"
          + " read. The cluster goes on serving.",
      "The file is there as a whole, on the disk, or not at all. It holds the hashes of API keys,"
          + " and all values: keep it like the disks of the nodes."
    })
final class BackupCreateCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", description = "Where to write it.")
  private Path file = Path.of("");

  @Option(names = "--replace", description = "Take the place of a file that is there.")
  private boolean replace;

  BackupCreateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path target = context.environment().workingDirectory().resolve(file);
    BackupProgressLines progress = new BackupProgressLines(context);
    try (KvAdmin admin = context.admin()) {
      // Closing ends the call, and then what has been written so far is removed.
      Interruption.stopping(admin::close, () -> create(admin, target, progress));
    }
    return ExitCodes.OK;
  }

  private void create(KvAdmin admin, Path target, BackupProgressLines progress) {
    BackupInfo info;
    try {
      info = admin.createBackup(target, replace, progress);
    } catch (InvalidBackupException e) {
      throw new ShellException(String.valueOf(e.getMessage()), "take it again");
    } catch (UncheckedIOException e) {
      throw notWritten(e);
    } finally {
      context.progress().clear();
    }
    new BackupView(info).print(context, "created");
  }

  private ShellException notWritten(UncheckedIOException e) {
    if (e.getCause() instanceof FileAlreadyExistsException) {
      return new ShellException(file + ": exists already", "--replace has it replaced");
    }
    if (e.getCause() instanceof NoSuchFileException) {
      return new ShellException(file + ": no such directory", "");
    }
    return new ShellException(String.valueOf(e.getMessage()), "");
  }
}
