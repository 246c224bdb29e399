package io.relaykv.client.internal;

import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a backup file as a whole, and says what is in it. */
public final class BackupCheck {
  private BackupCheck() {}

  /** As {@link io.relaykv.client.BackupFile#verify}. */
  public static BackupInfo run(Path file, Consumer<BackupProgress> progress) {
    try (BackupReader reader = new BackupReader(file)) {
      BackupContents contents = new BackupContents(reader.header(), true);
      for (Optional<BackupRows> rows = reader.next(); rows.isPresent(); rows = reader.next()) {
        BackupRows part = rows.get();
        judge(reader, () -> contents.add(part));
        progress.accept(
            new BackupProgress(
                BackupProgress.Phase.CHECKING,
                contents.counts().getKeys(),
                reader.header().getEstimatedKeys(),
                reader.bytes()));
      }
      judge(reader, () -> contents.end(reader.end()));
      return info(reader.header(), contents, reader.sha256(), reader.bytes());
    }
  }

  private static void judge(BackupReader reader, Runnable rule) {
    try {
      rule.run();
    } catch (IllegalArgumentException e) {
      throw reader.wrong(String.valueOf(e.getMessage()));
    }
  }

  static BackupInfo info(
      BackupHeader header, BackupContents contents, String sha256, long fileBytes) {
    BackupCounts counts = contents.counts();
    return new BackupInfo(
        sha256,
        fileBytes,
        header.getClusterName(),
        header.getClusterId(),
        header.getNodeId(),
        header.getAppliedIndex(),
        Instant.ofEpochMilli(header.getCreatedAtMs()),
        contents.accounts(),
        counts.getApiKeys(),
        counts.getKeys(),
        counts.getDataBytes());
  }
}
