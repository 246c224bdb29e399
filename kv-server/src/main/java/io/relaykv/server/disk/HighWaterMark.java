package io.relaykv.server.disk;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The last log entry that this node knew to be committed and had on its own disk. A log that ends
 * before it has lost what was acknowledged, and nothing else would tell: the database, which has no
 * write-ahead log, comes back from a crash with less than the log, and the log with a shorter end
 * looks whole. Thread-safe.
 *
 * <p>The file is mapped into memory and never synced, so that it can be written for each entry. A
 * killed process leaves the last value; a power cut an older one, which is a weaker check and no
 * wrong one: the mark never goes down and committed entries are never taken back.
 *
 * <pre>
 *   8 bytes   RKVMARK1
 *   8 bytes   48 bits index + 1, 16 bits checksum of these; written as one word
 * </pre>
 */
public final class HighWaterMark {
  private static final long MAGIC = 0x524B564D41524B31L;
  private static final int BYTES = 2 * Long.BYTES;
  private static final int WORD_OFFSET = Long.BYTES;
  private static final int CHECKSUM_BITS = 16;

  /** A word of mapped memory at an aligned offset is written all at once. */
  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MappedByteBuffer memory;

  /** Guarded by this. */
  private long index;

  private HighWaterMark(MappedByteBuffer memory, long index) {
    this.memory = memory;
    this.index = index;
  }

  /** Makes the file of a node that has no log yet. */
  static HighWaterMark create(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(BYTES).putLong(MAGIC).putLong(word(-1)).flip());
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    Fsync.directory(file.resolveSibling("."));
    return open(file);
  }

  /**
   * Opens the file of a node that has run before.
   *
   * @throws DamagedDataException if it is damaged
   */
  static HighWaterMark open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() == BYTES) {
        MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        long word = memory.getLong(WORD_OFFSET);
        long index = (word >>> CHECKSUM_BITS) - 1;
        if (memory.getLong(0) == MAGIC && word == word(index)) {
          return new HighWaterMark(memory, index);
        }
      }
    }
    throw DamagedDataException.beyondRepair(file, "is damaged");
  }

  private static long word(long index) {
    long payload = (index + 1) << CHECKSUM_BITS;
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(payload).flip());
    return payload | (checksum.getValue() & ((1 << CHECKSUM_BITS) - 1));
  }

  /** The entry; -1 if there has been none. */
  public synchronized long index() {
    return index;
  }

  /** Notes that the entry at {@code known}, and all before it, are committed and on this disk. */
  public synchronized void raise(long known) {
    if (known > index) {
      index = known;
      WORD.setVolatile(memory, WORD_OFFSET, word(known));
    }
  }
}
