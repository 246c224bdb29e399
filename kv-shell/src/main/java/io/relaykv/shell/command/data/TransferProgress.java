package io.relaykv.shell.command.data;

import io.relaykv.shell.output.Progress;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells how far an export or import is, now and then. Not thread-safe. */
final class TransferProgress {
  private final String what;
  private final long totalBytes;
  private final Progress progress;
  private final LongSupplier nanoTime;
  private final long begun;
  private long told;
  private long entries;

  /**
   * Begins at once.
   *
   * @param what is done: {@code importing}
   * @param totalBytes that there are; 0 if nobody knows
   * @param nanoTime any steady clock
   */
  TransferProgress(String what, long totalBytes, Progress progress, LongSupplier nanoTime) {
    this.what = what;
    this.totalBytes = totalBytes;
    this.progress = progress;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.told = begun;
  }

  /**
   * An entry is done.
   *
   * @param bytes up to which all are
   */
  void done(long bytes) {
    entries++;
    long now = nanoTime.getAsLong();
    if (now - told >= progress.every().toNanos()) {
      told = now;
      tell((now - begun) / 1e9, bytes);
    }
  }

  private void tell(double seconds, long bytes) {
    String soFar =
        String.format(Locale.ROOT, "%s: %,d entries, %,.0f/s", what, entries, entries / seconds);
    if (totalBytes == 0 || bytes == 0) {
      progress.tell(Progress.UNKNOWN, soFar);
      return;
    }
    double part = (double) bytes / totalBytes;
    progress.tell(
        part,
        String.format(
            Locale.ROOT, "%s, %.0f %%, %.0f s left", soFar, part * 100, seconds / part - seconds));
  }
}
