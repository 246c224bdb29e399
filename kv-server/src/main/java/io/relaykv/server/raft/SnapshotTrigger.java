package io.relaykv.server.raft;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks for a snapshot when the entries applied since the last one take many bytes in the log; Ratis
 * itself counts entries only. Thread-safe.
 */
public final class SnapshotTrigger {
  private final long bytesPerSnapshot;
  private final AtomicLong bytesSinceLast = new AtomicLong();

  /**
   * @param bytesPerSnapshot log bytes after which a snapshot is due
   */
  public SnapshotTrigger(long bytesPerSnapshot) {
    this.bytesPerSnapshot = bytesPerSnapshot;
  }

  /** An entry of that size has been applied. */
  public void entryApplied(int logBytes) {
    bytesSinceLast.addAndGet(logBytes);
  }

  /** A snapshot has been taken. */
  public void snapshotTaken() {
    bytesSinceLast.set(0);
  }

  /** Whether a snapshot is due. */
  public boolean isDue() {
    return bytesSinceLast.get() >= bytesPerSnapshot;
  }
}
