package io.relaykv.statemachine.store;

import java.util.Arrays;
import java.util.List;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/**
 * All that is replicated in a store, as it was when this was made, to be hashed piece by piece
 * while the store goes on. What is only this database's own, such as its format and the files that
 * the rows are in, is left out.
 *
 * <p>Not thread-safe. Hash and close only while the store is kept open; once it has been closed,
 * closing this does nothing.
 */
public final class FrozenContent implements AutoCloseable {
  /** Of what is hashed and how: digests of different versions cannot be compared. */
  public static final int DIGEST_VERSION = 1;

  /** In the order in which they are hashed, which is part of the version. */
  private static final List<Family> REPLICATED =
      List.of(
          Family.DATA,
          Family.ACCOUNTS,
          Family.API_KEYS,
          Family.SESSIONS,
          Family.META,
          Family.FORMER_MEMBERS);

  private static final byte[] FIRST = new byte[0];

  private final KvStore store;
  private final Snapshot snapshot;
  private final ContentDigest digest = new ContentDigest();

  /** What is hashed next: the rows from a key on of a family. */
  private int family;

  private byte[] from = FIRST;

  FrozenContent(KvStore store, Snapshot snapshot) {
    this.store = store;
    this.snapshot = snapshot;
  }

  /**
   * Hashes the next rows, as many as it takes to hash {@code bytes}.
   *
   * @return whether there are more
   * @throws StoreException if they cannot be read
   */
  public boolean hashNext(int bytes) {
    long end = digest.bytes() + bytes;
    while (family < REPLICATED.size() && digest.bytes() < end) {
      hashRows(REPLICATED.get(family), end, bytes);
    }
    return family < REPLICATED.size();
  }

  private void hashRows(Family rowsOf, long end, int readahead) {
    try (ReadOptions options =
            new ReadOptions()
                .setSnapshot(snapshot)
                .setFillCache(false)
                .setReadaheadSize(readahead);
        RocksIterator rows = store.iterator(rowsOf, options)) {
      for (rows.seek(from); rows.isValid(); rows.next()) {
        byte[] key = rows.key();
        if (digest.bytes() >= end) {
          from = key;
          return;
        }
        if (rowsOf != Family.META || !Arrays.equals(key, KvStore.formatRowKey())) {
          digest.add(rowsOf, key, rows.value());
        }
      }
      rows.status();
      family++;
      from = FIRST;
    } catch (RocksDBException e) {
      throw new StoreException("cannot read the rows of " + rowsOf, e);
    }
  }

  /** How much has been hashed. */
  public long hashedBytes() {
    return digest.bytes();
  }

  /** The SHA-256, once there are no more rows; to be asked for once. */
  public byte[] digest() {
    if (family < REPLICATED.size()) {
      throw new IllegalStateException("there are rows left to be hashed");
    }
    return digest.finish();
  }

  /** Lets the store drop what it has kept for this. */
  @Override
  public void close() {
    store.release(snapshot);
  }
}
