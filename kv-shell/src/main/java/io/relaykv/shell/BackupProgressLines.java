package io.relaykv.shell;

import io.relaykv.client.BackupProgress;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells how far a backup is, a line a second. Not thread-safe. */
final class BackupProgressLines implements Consumer<BackupProgress> {
  private static final long EVERY_NANOS = 1_000_000_000;

  private final Consumer<String> note;
  private final LongSupplier nanoTime;
  private long told;
  private boolean restoring;

  BackupProgressLines(CommandContext context) {
    this(context::note, System::nanoTime);
  }

  /**
   * @param nanoTime any steady clock
   */
  BackupProgressLines(Consumer<String> note, LongSupplier nanoTime) {
    this.note = note;
    this.nanoTime = nanoTime;
    this.told = nanoTime.getAsLong();
  }

  @Override
  public void accept(BackupProgress progress) {
    restoring |= progress.phase() == BackupProgress.Phase.RESTORING;
    long now = nanoTime.getAsLong();
    if (now - told >= EVERY_NANOS) {
      told = now;
      note.accept(line(progress));
    }
  }

  /** Whether some of it is in the cluster. */
  boolean isRestoring() {
    return restoring;
  }

  private static String line(BackupProgress progress) {
    String what =
        switch (progress.phase()) {
          case CREATING -> "creating";
          case CHECKING -> "checking the file";
          case RESTORING -> "restoring";
        };
    String done =
        String.format(
            Locale.ROOT,
            "%s: %,d keys, %s",
            what,
            progress.keys(),
            Quantities.bytes(progress.bytes()));
    // While it is created the total is an estimate.
    return progress.totalKeys() < progress.keys() || progress.totalKeys() == 0
        ? done
        : String.format(
            Locale.ROOT, "%s, %.0f %%", done, 100.0 * progress.keys() / progress.totalKeys());
  }
}
