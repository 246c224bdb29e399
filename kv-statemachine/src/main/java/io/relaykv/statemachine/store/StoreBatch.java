package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rocksdb.WriteBatch;

/**
 * Changes that reach the store all together, with the index of the log entry that asked for them.
 */
public final class StoreBatch {
  private final KvStore store;
  private final BatchImage image = new BatchImage();

  StoreBatch(KvStore store) {
    this.store = store;
  }

  /** Stores a value. */
  public void put(long accountId, String key, byte[] value) {
    image.put(store.id(Family.DATA), accountId, key, value);
  }

  /** Removes a value; nothing happens if there is none. */
  public void delete(long accountId, String key) {
    image.delete(store.id(Family.DATA), accountId, key);
  }

  /** Stores an account's row. */
  public void putAccount(long id, byte[] row) {
    put(Family.ACCOUNTS, KeyLayout.idKey(id), row);
  }

  /** Removes an account's row and all of its data. */
  public void deleteAccount(long id) {
    delete(Family.ACCOUNTS, KeyLayout.idKey(id));
    image.deleteRange(
        store.id(Family.DATA), KeyLayout.dataKey(id, ""), KeyLayout.dataKey(id + 1, ""));
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

  /** Has new accounts get ids behind this one, if they would not anyway. */
  public void raiseLastAccountId(long id) {
    raiseLastId(KvStore.lastAccountIdRowKey(), id);
  }

  /** Has new API keys get ids behind this one, if they would not anyway. */
  public void raiseLastApiKeyId(long id) {
    raiseLastId(KvStore.lastApiKeyIdRowKey(), id);
  }

  private void raiseLastId(byte[] row, long id) {
    if (id > store.lastId(row)) {
      put(Family.META, row, ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }
  }

  /** Stores the row of the last restore. */
  public void putRestore(byte[] row) {
    put(Family.META, KvStore.restoreRowKey(), row);
  }

  /** Stores the feature level that the cluster has reached. */
  public void putFeatureLevel(int level) {
    put(
        Family.META,
        KvStore.featureLevelRowKey(),
        ByteBuffer.allocate(Integer.BYTES).putInt(level).array());
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
    try (WriteBatch batch = image.toBatch()) {
      store.write(batch);
    }
  }

  private void put(Family family, byte[] key, byte[] value) {
    image.put(store.id(family), key, value);
  }

  private void delete(Family family, byte[] key) {
    image.delete(store.id(family), key);
  }
}
