package io.relaykv.shell;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells how far an export or import is, a line a second. Not thread-safe. */
final class TransferProgress {
  private static final long EVERY_NANOS = 1_000_000_000;

  private final String what;
  private final long totalBytes;
  private final Consumer<String> note;
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
  TransferProgress(String what, long totalBytes, Consumer<String> note, LongSupplier nanoTime) {
    this.what = what;
    this.totalBytes = totalBytes;
    this.note = note;
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
    if (now - told >= EVERY_NANOS) {
      told = now;
      note.accept(line((now - begun) / 1e9, bytes));
    }
  }

  private String line(double seconds, long bytes) {
    String soFar =
        String.format(Locale.ROOT, "%s: %,d entries, %,.0f/s", what, entries, entries / seconds);
    if (totalBytes == 0 || bytes == 0) {
      return soFar;
    }
    double part = (double) bytes / totalBytes;
    return String.format(
        Locale.ROOT, "%s, %.0f %%, %.0f s left", soFar, part * 100, seconds / part - seconds);
  }
}
