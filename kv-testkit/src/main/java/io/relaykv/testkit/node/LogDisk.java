package io.relaykv.testkit.node;

import io.relaykv.testkit.node.FaultCounters.Kind;
import io.relaykv.testkit.node.LogFailure.Operation;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Ratis and the files of its log: has them fail, makes them slow, and knows what is
 * on the disk. Thread-safe, but for {@link #freeze} and {@link #cutPower}, which one thread calls.
 */
final class LogDisk {
  private final FaultCounters counters;
  private final boolean skipsFsync;
  private final AtomicBoolean saysThatItSkips = new AtomicBoolean(true);
  private final Map<FileChannel, LogFile> files = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable LogFailure> failure = new AtomicReference<>();
  private long lastFailure;
  private volatile Duration slowFsync = Duration.ZERO;

  /** Held for reading by all that changes a file; for writing by who has stopped all that. */
  private final ReadWriteLock running = new ReentrantReadWriteLock(true);

  /**
   * @param skipsFsync a bug put in: an fsync does nothing, and says that it has. The first is told
   *     on the process' output
   */
  LogDisk(FaultCounters counters, boolean skipsFsync) {
    this.counters = counters;
    this.skipsFsync = skipsFsync;
  }

  /** Called by one thread at a time. */
  void set(@Nullable LogFailure other, Duration slow) {
    slowFsync = slow;
    if (other == null) {
      failure.set(null);
    } else if (other.number() != lastFailure) {
      lastFailure = other.number();
      failure.set(other);
    }
  }

  FileChannel open(File file, OpenOption... options) throws IOException {
    FileChannel channel = FileUtils.newFileChannel(file, options);
    files.put(channel, LogFile.of(file));
    return channel;
  }

  int write(FileChannel channel, ByteBuffer from) throws IOException {
    running.readLock().lock();
    try {
      failIf(Operation.WRITE, Kind.FAILED_WRITE);
      return channel.write(from);
    } finally {
      running.readLock().unlock();
    }
  }

  /**
   * When it fails, what had been written since the one before is gone: an operating system drops
   * what it could not write, and the next fsync succeeds without it.
   */
  void force(FileChannel channel, boolean metaData) throws IOException {
    waitForTheDisk();
    running.readLock().lock();
    try {
      LogFile file = file(channel);
      try {
        failIf(Operation.FSYNC, Kind.FAILED_FSYNC);
      } catch (IOException e) {
        channel.truncate(file.syncedBytes());
        throw e;
      }
      if (skipsFsync) {
        counters.add(Kind.SKIPPED_FSYNC);
        if (saysThatItSkips.compareAndSet(true, false)) {
          System.err.println("fsyncs of the Raft log are skipped");
        }
        return;
      }
      long written = channel.position();
      channel.force(metaData);
      file.syncedUpTo(written);
    } finally {
      running.readLock().unlock();
    }
  }

  FileChannel truncate(FileChannel channel, long bytes) throws IOException {
    running.readLock().lock();
    try {
      file(channel).cutTo(bytes);
      return channel.truncate(bytes);
    } finally {
      running.readLock().unlock();
    }
  }

  void close(FileChannel channel) throws IOException {
    running.readLock().lock();
    try {
      channel.close();
      LogFile file = file(channel);
      if (file.isAllSynced()) {
        file.close();
        files.remove(channel);
      }
    } finally {
      running.readLock().unlock();
    }
  }

  private LogFile file(FileChannel channel) {
    LogFile file = files.get(channel);
    if (file == null) {
      throw new IllegalStateException("a file of the log was not opened here");
    }
    return file;
  }

  private void failIf(Operation operation, Kind kind) throws IOException {
    LogFailure set = failure.get();
    if (set != null
        && set.operation() == operation
        && (!set.once() || failure.compareAndSet(set, null))) {
      counters.addAndReport(kind);
      throw new IOException(set.message());
    }
  }

  private void waitForTheDisk() {
    Duration slow = slowFsync;
    if (slow.isZero()) {
      return;
    }
    counters.add(Kind.DELAYED_FSYNC);
    try {
      TimeUnit.NANOSECONDS.sleep(slow.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets nothing more be written, for good; returns when nothing is being written. */
  void freeze() {
    running.writeLock().lock();
  }

  /** Takes away what is not on the disk. The process must end now. */
  void cutPower() throws IOException {
    freeze();
    for (LogFile file : files.values()) {
      file.losePower();
    }
  }
}
