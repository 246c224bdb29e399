package io.relaykv.shell.command.backup;

import io.relaykv.client.BackupProgress;
import io.relaykv.shell.command.CommandContext;
import io.relaykv.shell.output.Progress;
import io.relaykv.shell.output.Quantities;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells how far a backup is, now and then. Not thread-safe. */
final class BackupProgressLines implements Consumer<BackupProgress> {
  private final Progress progress;
  private final LongSupplier nanoTime;
  private BackupProgress.@Nullable Phase phase;
  private long begun;
  private long before;
  private long told;

  BackupProgressLines(CommandContext context) {
    this(context.progress(), System::nanoTime);
  }

  /**
   * Tells nothing yet.
   *
   * @param nanoTime any steady clock
   */
  BackupProgressLines(Progress progress, LongSupplier nanoTime) {
    this.progress = progress;
    this.nanoTime = nanoTime;
    this.told = nanoTime.getAsLong();
  }

  @Override
  public void accept(BackupProgress now) {
    if (now.phase() != phase) {
      // What an earlier try has restored took no time of this one.
      phase = now.phase();
      begun = nanoTime.getAsLong();
      before = now.keys();
    }
    if (nanoTime.getAsLong() - told >= progress.every().toNanos()) {
      told = nanoTime.getAsLong();
      tell(now);
    }
  }

  /** Whether some of it is in the cluster. */
  boolean isRestoring() {
    return phase == BackupProgress.Phase.RESTORING;
  }

  private void tell(BackupProgress now) {
    String what =
        switch (now.phase()) {
          case CREATING -> "creating";
          case CHECKING -> "checking the file";
          case RESTORING -> "restoring";
        };
    String soFar =
        String.format(
            Locale.ROOT, "%s: %,d keys, %s", what, now.keys(), Quantities.bytes(now.bytes()));
    double seconds = (told - begun) / 1e9;
    long done = now.keys() - before;
    // While it is created the total is an estimate.
    if (now.totalKeys() < now.keys() || now.totalKeys() == 0) {
      progress.tell(Progress.UNKNOWN, soFar);
    } else if (done == 0 || seconds == 0) {
      progress.tell((double) now.keys() / now.totalKeys(), soFar);
    } else {
      double rate = done / seconds;
      progress.tell(
          (double) now.keys() / now.totalKeys(),
          String.format(
              Locale.ROOT,
              "%s, %,.0f/s, %.0f s left",
              soFar,
              rate,
              (now.totalKeys() - now.keys()) / rate));
    }
  }
}
