package io.relaykv.testkit.node;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * A file of the Raft log, and how much of it a power cut leaves. Held open until all of it is on
 * the disk, as it may be renamed meanwhile.
 */
final class LogFile {
  private final FileChannel handle;
  private long syncedBytes;

  private LogFile(FileChannel handle, long syncedBytes) {
    this.handle = handle;
    this.syncedBytes = syncedBytes;
  }

  /** What is in it already is on the disk. */
  static LogFile of(File file) throws IOException {
    FileChannel handle = FileChannel.open(file.toPath(), StandardOpenOption.WRITE);
    return new LogFile(handle, handle.size());
  }

  long syncedBytes() {
    return syncedBytes;
  }

  void syncedUpTo(long bytes) {
    syncedBytes = bytes;
  }

  /** A file that becomes shorter has no more on the disk. */
  void cutTo(long bytes) {
    syncedBytes = Math.min(syncedBytes, bytes);
  }

  boolean isAllSynced() throws IOException {
    return handle.size() <= syncedBytes;
  }

  void losePower() throws IOException {
    handle.truncate(syncedBytes);
  }

  void close() throws IOException {
    handle.close();
  }
}
