package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;

/**
 * The last log entry whose effect the store holds.
 *
 * @param term its term
 * @param index its index; -1 for a store that holds nothing yet
 */
public record Applied(long term, long index) {
  /** Of an empty store. */
  public static final Applied NOTHING = new Applied(0, -1);

  /** From its row in the database. */
  static Applied ofRow(byte[] row) {
    ByteBuffer buffer = ByteBuffer.wrap(row);
    return new Applied(buffer.getLong(), buffer.getLong());
  }

  /** Its row in the database: 8 bytes term, 8 bytes index, big-endian. */
  byte[] toRow() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(term).putLong(index).array();
  }
}
