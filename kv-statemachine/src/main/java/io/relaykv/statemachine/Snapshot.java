package io.relaykv.statemachine;

import io.relaykv.statemachine.store.Applied;
import java.nio.file.Path;

/**
 * A snapshot on disk.
 *
 * @param directory a RocksDB checkpoint and its {@link SnapshotManifest}
 * @param applied the last entry in it
 */
record Snapshot(Path directory, Applied applied) {}
