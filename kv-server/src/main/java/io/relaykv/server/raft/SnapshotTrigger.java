package io.relaykv.server.raft;

import java.util.Random;

/**
 * Says when a snapshot is due: after many entries, or many bytes of log, whichever comes first.
 * Each time it is up to a fifth less than that, by chance, so that the nodes of a cluster do not
 * all write theirs at the same moment.
 *
 * <p>While a snapshot is on its way to a follower, no other is due: the log is cut behind each, and
 * the follower needs what comes behind the one that it gets. The log may grow to {@value
 * #LOG_WHILE_SENDING} times as many bytes meanwhile; then the disk comes first.
 *
 * <p>Thread-safe.
 */
public final class SnapshotTrigger {
  /** How often the bytes after which a snapshot is due the log may hold while one is being sent. */
  private static final int LOG_WHILE_SENDING = 4;

  /** The share of the limits that counts at least. */
  private static final double LEAST_SHARE = 0.8;

  private final long entriesPerSnapshot;
  private final long bytesPerSnapshot;
  private final Random chance;

  /** Guarded by this, as all that follows. */
  private long entriesSinceLast;

  private long bytesSinceLast;
  private double share;

  /**
   * @param entriesPerSnapshot entries after which a snapshot is due
   * @param bytesPerSnapshot log bytes after which a snapshot is due
   */
  public SnapshotTrigger(long entriesPerSnapshot, long bytesPerSnapshot, Random chance) {
    this.entriesPerSnapshot = entriesPerSnapshot;
    this.bytesPerSnapshot = bytesPerSnapshot;
    this.chance = chance;
    snapshotTaken();
  }

  /** An entry of that size has been applied. */
  public synchronized void entryApplied(int logBytes) {
    entriesSinceLast++;
    bytesSinceLast += logBytes;
  }

  /** A snapshot has been taken. */
  public final synchronized void snapshotTaken() {
    entriesSinceLast = 0;
    bytesSinceLast = 0;
    share = LEAST_SHARE + (1 - LEAST_SHARE) * chance.nextDouble();
  }

  /**
   * Whether a snapshot is due.
   *
   * @param sending whether one is on its way to a follower
   */
  public synchronized boolean isDue(boolean sending) {
    if (sending) {
      return bytesSinceLast >= LOG_WHILE_SENDING * bytesPerSnapshot;
    }
    return entriesSinceLast >= share * entriesPerSnapshot
        || bytesSinceLast >= share * bytesPerSnapshot;
  }
}
