package io.relaykv.server.raft;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.ratis.io.CorruptedFileException;
import org.apache.ratis.protocol.exceptions.ChecksumException;

/** Ratis' files do not hold what was written: starting on them could lose what was acknowledged. */
public final class DamagedLogException extends IOException {
  private DamagedLogException(Path storage, Throwable damage, Throwable cause) {
    super(
        "the Raft log in %s is damaged; restore this node's data or replace the node (%s)"
            .formatted(storage, damage.getMessage()),
        cause);
  }

  /** Finds the damage in what Ratis has wrapped several times, if there is any. */
  static void throwIfDamaged(Path storage, Exception failure) throws DamagedLogException {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isDamage(cause)) {
        throw new DamagedLogException(storage, cause, failure);
      }
    }
  }

  private static boolean isDamage(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof ChecksumException
        || cause instanceof CorruptedFileException
        // Term and vote, or the whole directory (RaftStorageImpl).
        || (cause instanceof IOException
            && message.startsWith("Failed to load ")
            && !message.endsWith("NO_SPACE"));
  }
}
