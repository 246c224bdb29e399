package io.relaykv.statemachine;

import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.StoreCheck;
import io.relaykv.statemachine.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The state that a node which does not run has on disk.
 *
 * @param appliedIndex the last log entry in the database; -1 if there is no database
 * @param snapshotIndex the last log entry in the newest snapshot; -1 if there is none
 * @param term of the later of these entries; 0 if there is none
 */
public record StoredState(long appliedIndex, long snapshotIndex, long term) {
  /**
   * Reads the whole database to see that it is not damaged.
   *
   * @throws StoreException if it is
   * @throws NodeTooOldException if a newer version has written what this one cannot read
   */
  public static StoredState verify(Path database, Path snapshots) throws IOException {
    Applied applied = StoreCheck.verify(database);
    Applied snapshot = SnapshotDirectory.newestIn(snapshots);
    return new StoredState(
        applied.index(), snapshot.index(), Math.max(applied.term(), snapshot.term()));
  }

  /** A start brings the node's state to here by itself; behind it the log is needed. */
  public long reach() {
    return Math.max(appliedIndex, snapshotIndex);
  }
}
