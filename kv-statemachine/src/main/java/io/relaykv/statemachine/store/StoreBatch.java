package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes that reach the store all together, with the index of the log entry that asked for them.
 */
public final class StoreBatch implements AutoCloseable {
  private final KvStore store;
  private final WriteBatch batch = new WriteBatch();

  StoreBatch(KvStore store) {
    this.store = store;
  }

  /** Stores a value. */
  public void put(long accountId, String key, byte[] value) {
    put(Family.DATA, KeyLayout.dataKey(accountId, key), value);
  }

  /** Removes a value; nothing happens if there is none. */
  public void delete(long accountId, String key) {
    delete(Family.DATA, KeyLayout.dataKey(accountId, key));
  }

  /** Stores an account's row. */
  public void putAccount(long id, byte[] row) {
    put(Family.ACCOUNTS, KeyLayout.idKey(id), row);
  }

  /** Removes an account's row and all of its data. */
  public void deleteAccount(long id) {
    delete(Family.ACCOUNTS, KeyLayout.idKey(id));
    try {
      batch.deleteRange(
          store.handle(Family.DATA), KeyLayout.dataKey(id, ""), KeyLayout.dataKey(id + 1, ""));
    } catch (RocksDBException e) {
      throw new StoreException("cannot fill a batch", e);
    }
  }

  /** Stores an API key's row. */
  public void putApiKey(long id, byte[] row) {
    put(Family.API_KEYS, KeyLayout.idKey(id), row);
  }

  /** Removes an API key's row. */
  public void deleteApiKey(long id) {
    delete(Family.API_KEYS, KeyLayout.idKey(id));
  }

  /** An account id that has never been used; at most one for each batch. */
  public long takeAccountId() {
    return takeId(KvStore.lastAccountIdRowKey());
  }

  /** An API key id that has never been used; at most one for each batch. */
  public long takeApiKeyId() {
    return takeId(KvStore.lastApiKeyIdRowKey());
  }

  private long takeId(byte[] row) {
    long id = store.lastId(row) + 1;
    put(Family.META, row, ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    return id;
  }

  /** Stores a session's row. */
  public void putSession(byte[] key, byte[] row) {
    put(Family.SESSIONS, key, row);
  }

  /** Removes a session's row. */
  public void deleteSession(byte[] key) {
    delete(Family.SESSIONS, key);
  }

  /** Stores a former member's row. */
  public void putFormerMember(String name, byte[] row) {
    put(Family.FORMER_MEMBERS, name.getBytes(StandardCharsets.US_ASCII), row);
  }

  /** Stores the time at this entry. */
  public void putLogTime(LogTime time) {
    put(
        Family.META,
        KvStore.logTimeRowKey(),
        ByteBuffer.allocate(16).putLong(time.ms()).putLong(time.stampMs()).array());
  }

  /** Stores when the leader proposed a replica check. */
  public void putLastCheck(long ms) {
    put(
        Family.META,
        KvStore.lastCheckRowKey(),
        ByteBuffer.allocate(Long.BYTES).putLong(ms).array());
  }

  /** Writes all of it, and {@code applied} with it. */
  public void commit(Applied applied) {
    put(Family.META, KvStore.appliedRowKey(), applied.toRow());
    store.write(batch);
  }

  private void put(Family family, byte[] key, byte[] value) {
    try {
      batch.put(store.handle(family), key, value);
    } catch (RocksDBException e) {
      throw new StoreException("cannot fill a batch", e);
    }
  }

  private void delete(Family family, byte[] key) {
    try {
      ColumnFamilyHandle handle = store.handle(family);
      batch.delete(handle, key);
    } catch (RocksDBException e) {
      throw new StoreException("cannot fill a batch", e);
    }
  }

  @Override
  public void close() {
    batch.close();
  }
}
