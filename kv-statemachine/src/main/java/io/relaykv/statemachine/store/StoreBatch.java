package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
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

  /** Stores a session's row. */
  public void putSession(byte[] sessionId, byte[] row) {
    put(Family.SESSIONS, sessionId, row);
  }

  /** Removes a session's row. */
  public void deleteSession(byte[] sessionId) {
    delete(Family.SESSIONS, sessionId);
  }

  /** Stores the time at this entry. */
  public void putLogTime(LogTime time) {
    put(
        Family.META,
        KvStore.logTimeRowKey(),
        ByteBuffer.allocate(16).putLong(time.ms()).putLong(time.stampMs()).array());
  }

  /** Writes all of it, and {@code applied} with it. */
  public void commit(Applied applied) {
    put(
        Family.META,
        KvStore.appliedRowKey(),
        ByteBuffer.allocate(16).putLong(applied.term()).putLong(applied.index()).array());
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
