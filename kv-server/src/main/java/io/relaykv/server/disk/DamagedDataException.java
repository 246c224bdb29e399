package io.relaykv.server.disk;

import io.relaykv.statemachine.store.StoreException;
import java.nio.file.Path;

/** A file does not hold what was written to it: starting could lose what was acknowledged. */
public final class DamagedDataException extends RuntimeException {
  private DamagedDataException(String message) {
    super(message);
  }

  private DamagedDataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a file that nothing on this node can make whole again. */
  static DamagedDataException beyondRepair(Path file, String damage) {
    return new DamagedDataException(
        "%s %s; restore this node's data or replace the node".formatted(file, damage));
  }

  /** Of a database. */
  static DamagedDataException ofDatabase(Path directory, StoreException damage) {
    return new DamagedDataException(
        "%s; move %s away to have it made again from snapshot and log, or replace the node"
            .formatted(damage.getMessage(), directory),
        damage);
  }
}
