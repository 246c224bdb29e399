package io.relaykv.statemachine.accounts;

import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.statemachine.store.StoreException;

/**
 * An account: the owner of keys and values.
 *
 * @param id made by the cluster and never used again
 * @param name what people call it
 * @param maxBytes what its keys and values may take together; 0 for no limit
 * @param usedBytes what they take; counted only if there is a limit
 * @param createdAtMs by the clock of the leader that made it, milliseconds since 1970-01-01 UTC
 */
public record Account(long id, String name, long maxBytes, long usedBytes, long createdAtMs) {

  /** Whether its bytes are counted and limited. */
  public boolean hasQuota() {
    return maxBytes != 0;
  }

  /** Whether it may come to hold {@code growth} bytes more. */
  public boolean hasRoomFor(long growth) {
    return usedBytes + growth <= maxBytes;
  }

  Account grownBy(long growth) {
    return new Account(id, name, maxBytes, usedBytes + growth, createdAtMs);
  }

  byte[] toRow() {
    return AccountRow.newBuilder()
        .setName(name)
        .setMaxBytes(maxBytes)
        .setUsedBytes(usedBytes)
        .setCreatedAtMs(createdAtMs)
        .build()
        .toByteArray();
  }

  /** An account with nothing in it yet, from the row of one. */
  public static Account emptyFrom(long id, AccountRow row) {
    return new Account(id, row.getName(), row.getMaxBytes(), 0, row.getCreatedAtMs());
  }

  static Account fromRow(long id, byte[] bytes) {
    try {
      AccountRow row = AccountRow.parseFrom(bytes);
      return emptyFrom(id, row).grownBy(row.getUsedBytes());
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("the row of account " + id + " is damaged", e);
    }
  }
}
