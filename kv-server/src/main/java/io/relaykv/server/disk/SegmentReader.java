package io.relaykv.server.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of Ratis' log ({@code SegmentedRaftLogOutputStream}):
 *
 * <pre>
 *   8 bytes    RaftLog1
 *   frames, each
 *     1..5     n, a protobuf varint
 *     n        LogEntryProto
 *     4        CRC-32C of the varint and the entry, big-endian
 *   zeros      up to the size that was allocated in advance
 * </pre>
 */
final class SegmentReader implements Closeable {
  static final int HEADER_BYTES = 8;

  /** What a disk writes as a whole or not at all. */
  private static final int SECTOR_BYTES = 512;

  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
  private static final int VARINT_BYTES_MAX = 5;
  private static final int CHECKSUM_BYTES = 4;

  /** Length, term and index: what {@link #mayBeginAt} looks at. */
  private static final int FRAME_BEGIN_BYTES = VARINT_BYTES_MAX + 2 * 11;

  private static final int ZEROS_AT_ONCE = 1 << 16;

  private static final byte TERM_TAG = 1 << 3;
  private static final byte INDEX_TAG = 2 << 3;

  private final FileChannel channel;
  private final long sizeBytes;
  private final int maxEntryBytes;

  /** A part of the file, from {@link #windowStart}. */
  private final ByteBuffer window;

  private long windowStart;

  /** A frame that is whole. */
  record Frame(LogEntryProto entry, int bytes) {}

  SegmentReader(Path file, int maxEntryBytes) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.sizeBytes = channel.size();
    this.maxEntryBytes = maxEntryBytes;
    this.window =
        ByteBuffer.allocate(2 * (maxEntryBytes + VARINT_BYTES_MAX + CHECKSUM_BYTES)).limit(0);
  }

  long sizeBytes() {
    return sizeBytes;
  }

  boolean hasHeader() throws IOException {
    return sizeBytes >= HEADER_BYTES && view(0, HEADER_BYTES).equals(ByteBuffer.wrap(HEADER));
  }

  /** Whether the file was made and its header, or a part of it, has not reached the disk. */
  boolean isBlank() throws IOException {
    long matching = 0;
    while (matching < Math.min(sizeBytes, HEADER_BYTES)
        && view(matching, 1).get(0) == HEADER[(int) matching]) {
      matching++;
    }
    return matching < HEADER_BYTES && firstNonZero(matching, sizeBytes) == sizeBytes;
  }

  /** The frame at {@code position}; null if there is none that is whole and undamaged. */
  @Nullable Frame frameAt(long position) throws IOException {
    ByteBuffer begin = view(position, VARINT_BYTES_MAX);
    long entryBytes = varint(begin);
    int lengthBytes = begin.position();
    if (entryBytes <= 0 || entryBytes > maxEntryBytes) {
      return null;
    }
    int checkedBytes = lengthBytes + (int) entryBytes;
    ByteBuffer frame = view(position, checkedBytes + CHECKSUM_BYTES);
    if (frame.remaining() < checkedBytes + CHECKSUM_BYTES) {
      return null;
    }
    CRC32C checksum = new CRC32C();
    checksum.update(frame.slice(0, checkedBytes));
    if (frame.getInt(checkedBytes) != (int) checksum.getValue()) {
      return null;
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(frame.slice(lengthBytes, (int) entryBytes));
      return new Frame(entry, checkedBytes + CHECKSUM_BYTES);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /**
   * Where the next whole frame with an entry behind {@code index} begins, at or behind {@code
   * from}; -1 if nowhere.
   */
  long nextFrame(long from, long index) throws IOException {
    for (long position = from; position < sizeBytes; position++) {
      if (mayBeginAt(position)) {
        Frame frame = frameAt(position);
        if (frame != null && frame.entry().getIndex() > index) {
          return position;
        }
      }
    }
    return -1;
  }

  /** Spares most places the checksum of up to the largest entry. */
  private boolean mayBeginAt(long position) throws IOException {
    ByteBuffer begin = view(position, FRAME_BEGIN_BYTES);
    long entryBytes = varint(begin);
    if (entryBytes <= 0 || entryBytes > maxEntryBytes || !begin.hasRemaining()) {
      return false;
    }
    return begin.get() == TERM_TAG
        && varint(begin) > 0
        && begin.hasRemaining()
        && begin.get() == INDEX_TAG;
  }

  /**
   * Whether a sector between the two places has never been written, wholly or from {@code from} on:
   * what a power cut leaves of entries that were being synced, as disks write in any order.
   */
  boolean lacksASector(long from, long to) throws IOException {
    long start = from;
    long end = (from / SECTOR_BYTES + 1) * SECTOR_BYTES;
    while (end <= to) {
      if (firstNonZero(start, end) == end) {
        return true;
      }
      start = end;
      end += SECTOR_BYTES;
    }
    return false;
  }

  /** Whether nothing but zeros follows. */
  boolean endsAt(long position) throws IOException {
    return firstNonZero(position, sizeBytes) == sizeBytes;
  }

  private long firstNonZero(long from, long to) throws IOException {
    long position = from;
    while (position < to) {
      ByteBuffer bytes = view(position, (int) Math.min(to - position, ZEROS_AT_ONCE));
      while (bytes.hasRemaining()) {
        if (bytes.get() != 0) {
          return position;
        }
        position++;
      }
    }
    return to;
  }

  /** -1 if it is not a varint of a positive number. Leaves the buffer behind it. */
  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  /** That part of the file, or as much of it as there is; valid until the next call. */
  private ByteBuffer view(long position, int length) throws IOException {
    int wanted = (int) Math.min(length, Math.max(0, sizeBytes - position));
    if (position < windowStart || position + wanted > windowStart + window.limit()) {
      window.clear();
      windowStart = position;
      while (window.hasRemaining()) {
        if (channel.read(window, position + window.position()) < 0) {
          break;
        }
      }
      window.flip();
      wanted = Math.min(wanted, window.limit());
    }
    return window.slice((int) (position - windowStart), wanted);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
