package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.rocksdb.WriteBatch;

/**
 * A batch as RocksDB itself stores it, so that it crosses into native code in one call: a call for
 * each row costs more than the row.
 *
 * <pre>
 *   8 bytes   4 bytes, little-endian   rows
 *   zero      number of rows
 * </pre>
 *
 * A row is a byte that says what it does, the id of the column family, and one or two strings, each
 * with its length before it; numbers are varints. Rows of the default family, which holds none of
 * ours, would have another form ({@code db/write_batch.cc} of RocksDB, whose own databases hold
 * such images, so that it cannot change).
 */
final class BatchImage {
  private static final int COUNT_AT = Long.BYTES;
  private static final int HEADER_BYTES = COUNT_AT + Integer.BYTES;
  private static final int FIRST_CAPACITY = 4096;

  /** Of a tag, an id and a length at most. */
  private static final int MAX_PREFIX_BYTES = 1 + 5 + 5;

  private static final byte DELETE = 0x4;
  private static final byte PUT = 0x5;
  private static final byte DELETE_RANGE = 0xE;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size = HEADER_BYTES;
  private int rows;

  void put(int family, byte[] key, byte[] value) {
    begin(PUT, family);
    add(key);
    add(value);
  }

  /** Puts an account's row, without an array for its key. */
  void put(int family, long accountId, String key, byte[] value) {
    begin(PUT, family);
    add(accountId, key);
    add(value);
  }

  void delete(int family, byte[] key) {
    begin(DELETE, family);
    add(key);
  }

  void delete(int family, long accountId, String key) {
    begin(DELETE, family);
    add(accountId, key);
  }

  /** Deletes all keys from {@code first} up to {@code end}, which stays. */
  void deleteRange(int family, byte[] first, byte[] end) {
    begin(DELETE_RANGE, family);
    add(first);
    add(end);
  }

  private void begin(byte tag, int family) {
    rows++;
    ensureRoom(MAX_PREFIX_BYTES);
    bytes[size++] = tag;
    addVarint(family);
  }

  private void add(long accountId, String key) {
    int length = KeyLayout.sizeBytes(key);
    addLength(length);
    KeyLayout.write(accountId, key, bytes, size);
    size += length;
  }

  private void add(byte[] string) {
    addLength(string.length);
    System.arraycopy(string, 0, bytes, size, string.length);
    size += string.length;
  }

  /** Adds the length of what comes next, for which there is room then. */
  private void addLength(int length) {
    ensureRoom(MAX_PREFIX_BYTES + length);
    addVarint(length);
  }

  private void addVarint(int number) {
    int rest = number;
    while (rest >= 0x80) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void ensureRoom(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(size, more)));
    }
  }

  /** The batch; the caller closes it. */
  WriteBatch toBatch() {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(COUNT_AT, rows);
    return new WriteBatch(Arrays.copyOf(bytes, size));
  }
}
