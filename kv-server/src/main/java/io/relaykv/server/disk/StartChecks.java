package io.relaykv.server.disk;

import io.relaykv.statemachine.StoredState;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is checked before Ratis starts on a node's data: that nothing which the node has
 * acknowledged is missing from it. Runs on the starting thread; reads log and database once, as a
 * whole.
 */
public final class StartChecks {
  private static final Logger log = LoggerFactory.getLogger(StartChecks.class);

  /** Reading so much takes long enough for people to wonder. */
  private static final long LARGE_BYTES = 1L << 30;

  private StartChecks() {}

  /**
   * Runs all of them.
   *
   * @param ranBefore whether the node has run before: then none of its files may be missing
   * @param maxLogEntryBytes the largest entry that there may be in the log
   * @return the mark, to be raised from now on
   * @throws DamagedDataException if the node must not start on its data
   * @throws NodeTooOldException if a newer version has written what this one cannot read
   */
  public static HighWaterMark run(DataFiles files, boolean ranBefore, int maxLogEntryBytes)
      throws IOException {
    HighWaterMark mark = mark(files.highWaterMark(), ranBefore);
    StoredState state = verifiedState(files);
    if (!Files.exists(files.log())) {
      return mark;
    }
    // What a killed process has written and not synced would pass for synced from now on.
    Fsync.allIn(files.log());
    if (ranBefore) {
      RaftMetaCheck.requireVote(files.log().resolve("raft-meta"));
    }
    LogCheck.Found found = LogCheck.run(files.log(), maxLogEntryBytes, state, mark.index());
    RaftMetaCheck.requireMembers(
        files.log().resolve("raft-meta.conf"),
        found.hasConfiguration() || Math.max(found.last(), state.reach()) < 0,
        found.committedConfiguration());
    if (ranBefore) {
      // A log that has been purged may be empty.
      RaftMetaCheck.raiseTerm(
          files.log().resolve("raft-meta"), Math.max(found.lastTerm(), state.term()));
    }
    SyncedNames.of(files.log()).warnIfNot();
    return mark;
  }

  /**
   * A missing one is not made anew: whoever takes it away could have taken the end of the log too.
   */
  private static HighWaterMark mark(Path file, boolean ranBefore) throws IOException {
    if (Files.exists(file)) {
      return HighWaterMark.open(file);
    }
    if (ranBefore) {
      throw DamagedDataException.beyondRepair(file, "is gone, though this node has run before");
    }
    return HighWaterMark.create(file);
  }

  private static StoredState verifiedState(DataFiles files) throws IOException {
    long bytes = sizeBytes(files.database());
    if (bytes >= LARGE_BYTES) {
      log.info("Reading {} MiB in {} to verify checksums", bytes >> 20, files.database());
    }
    try {
      return StoredState.verify(files.database(), files.snapshots());
    } catch (StoreException e) {
      throw DamagedDataException.ofDatabase(files.database(), e);
    }
  }

  private static long sizeBytes(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return 0;
    }
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
