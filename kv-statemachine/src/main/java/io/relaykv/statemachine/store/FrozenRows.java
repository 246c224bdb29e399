package io.relaykv.statemachine.store;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/**
 * The accounts, API keys and data of a store, as they were when this was made, to be read piece by
 * piece while the store goes on.
 *
 * <p>Not thread-safe. Read and close only while the store is kept open; once it has been closed,
 * closing this does nothing.
 */
public final class FrozenRows implements AutoCloseable {
  private static final List<Family> IN_ORDER =
      List.of(Family.ACCOUNTS, Family.API_KEYS, Family.DATA);

  /** What a row takes besides its key and its value, wherever it is put. */
  private static final int AROUND_A_ROW_BYTES = 32;

  private static final byte[] FIRST = new byte[0];

  private final KvStore store;
  private final Snapshot snapshot;

  /** What is read next: the rows from a key on of a family. */
  private int family;

  private byte[] from = FIRST;

  FrozenRows(KvStore store, Snapshot snapshot) {
    this.store = store;
    this.snapshot = snapshot;
  }

  /** Takes rows: first all accounts by id, then all API keys by id, then all data in order. */
  public interface Visitor {
    /** Takes an account. */
    void account(long id, byte[] row);

    /** Takes an API key. */
    void apiKey(long id, byte[] row);

    /** Takes a key of an account with its value. */
    void entry(long accountId, String key, byte[] value);
  }

  /** The last log entry whose effect the rows show. */
  public Applied applied() {
    byte[] row = meta(KvStore.appliedRowKey());
    return row == null ? Applied.NOTHING : Applied.ofRow(row);
  }

  /** The last account id that had been given out; 0 if none had. */
  public long lastAccountId() {
    return number(KvStore.lastAccountIdRowKey());
  }

  /** The last API key id that had been given out; 0 if none had. */
  public long lastApiKeyId() {
    return number(KvStore.lastApiKeyIdRowKey());
  }

  private long number(byte[] key) {
    byte[] row = meta(key);
    return row == null ? 0 : ByteBuffer.wrap(row).getLong();
  }

  private byte @Nullable [] meta(byte[] key) {
    try (ReadOptions options = new ReadOptions().setSnapshot(snapshot)) {
      return store.get(Family.META, options, key);
    }
  }

  /**
   * Reads the next rows: as many as take {@code maxBytes} at most, or one if that takes more.
   *
   * @return whether there are more
   * @throws StoreException if they cannot be read
   */
  public boolean readNext(int maxBytes, Visitor visitor) {
    int room = maxBytes;
    while (family < IN_ORDER.size()) {
      room = readRows(IN_ORDER.get(family), room, room == maxBytes, visitor);
      if (room < 0) {
        return true;
      }
      family++;
      from = FIRST;
    }
    return false;
  }

  /** Returns how much room is left, or -1 if there are more rows of the family. */
  private int readRows(Family rowsOf, int room, boolean first, Visitor visitor) {
    int left = room;
    boolean none = first;
    try (ReadOptions options =
            new ReadOptions().setSnapshot(snapshot).setFillCache(false).setReadaheadSize(room);
        RocksIterator rows = store.iterator(rowsOf, options)) {
      for (rows.seek(from); rows.isValid(); rows.next()) {
        byte[] key = rows.key();
        byte[] value = rows.value();
        int size = key.length + value.length + AROUND_A_ROW_BYTES;
        if (size > left && !none) {
          from = key;
          return -1;
        }
        show(rowsOf, key, value, visitor);
        left = Math.max(0, left - size);
        none = false;
      }
      rows.status();
      return left;
    } catch (RocksDBException e) {
      throw new StoreException("cannot read the rows of " + rowsOf, e);
    }
  }

  private static void show(Family rowsOf, byte[] key, byte[] value, Visitor visitor) {
    switch (rowsOf) {
      case ACCOUNTS -> visitor.account(KeyLayout.id(key), value);
      case API_KEYS -> visitor.apiKey(KeyLayout.id(key), value);
      case DATA -> visitor.entry(KeyLayout.id(key), KeyLayout.key(key), value);
      case DEFAULT, SESSIONS, META, FORMER_MEMBERS -> throw new AssertionError(rowsOf);
    }
  }

  /** Lets the store drop what it has kept for this. */
  @Override
  public void close() {
    store.release(snapshot);
  }
}
