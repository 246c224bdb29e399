package io.relaykv.statemachine;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A snapshot is not what was written: this node's data can no longer be trusted. The message names
 * the file, and says what to do next.
 */
public final class DamagedSnapshotException extends IOException {
  DamagedSnapshotException(Path file, String damage) {
    super(
        "the snapshot file %s %s; its table files are the database's too: replace this node, the others have its data"
            .formatted(file, damage));
  }
}
