package io.relaykv.client;

import io.relaykv.client.internal.BackupCheck;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Files that {@link KvAdmin#createBackup} has written. */
public final class BackupFile {
  private BackupFile() {}

  /**
   * Reads a backup as a whole, without a cluster: whether it is as it was written, to its end, and
   * whether what is in it can be restored.
   *
   * @param progress told about once a MiB, on the caller's thread
   * @return what is in it
   * @throws InvalidBackupException if it cannot be restored; the message names the place
   * @throws UncheckedIOException if it cannot be read
   */
  public static BackupInfo verify(Path file, Consumer<BackupProgress> progress) {
    return BackupCheck.run(file, progress);
  }
}
