package io.relaykv.client;

import java.nio.file.Path;

/**
 * A file is no backup, or not as it was written: damaged, cut off, or made by a later version. The
 * message names the file, the place and what is wrong there. Nothing of it was restored, unless the
 * file has changed since it was verified.
 */
public final class InvalidBackupException extends RuntimeException {
  private final long offset;

  /**
   * Says what is wrong.
   *
   * @param offset in bytes from the beginning of the file
   */
  public InvalidBackupException(Path file, long offset, String what) {
    super("%s, at byte %d: %s".formatted(file, offset, what));
    this.offset = offset;
  }

  /** In bytes from the beginning of the file: the record that is wrong begins there. */
  public long offset() {
    return offset;
  }
}
