package io.relaykv.statemachine.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.protocol.state.ApiKeyRow;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.FrozenRows;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The accounts, API keys and data of a store as of one log entry, part by part, while applying goes
 * on. Sessions and former members are this cluster's own, and left out.
 *
 * <p>Until it is closed, RocksDB keeps every row that is in it. The store is kept open for one part
 * at a time. Not thread-safe.
 */
public final class BackupImage implements AutoCloseable {
  /** Of a part, unless a single row takes more: read in a few milliseconds. */
  private static final int PART_BYTES = 1 << 20;

  private final LiveStore live;
  private final KvStore store;
  private final FrozenRows rows;
  private final BackupCounts.Builder counts = BackupCounts.newBuilder();
  private boolean more = true;

  private BackupImage(LiveStore live, KvStore store) {
    this.live = live;
    this.store = store;
    this.rows = store.freezeRows();
  }

  /**
   * Holds what the store contains now.
   *
   * @throws StoreUnavailableException if none is open
   */
  public static BackupImage freeze(LiveStore live) {
    return live.with(store -> new BackupImage(live, store));
  }

  /**
   * Says as of when it is, and what must be known besides the rows.
   *
   * @throws StoreUnavailableException as {@link #next}
   */
  public BackupHeader.Builder header() {
    return whileOpen(
        () -> {
          Applied applied = rows.applied();
          return BackupHeader.newBuilder()
              .setTerm(applied.term())
              .setAppliedIndex(Math.max(0, applied.index()))
              .setLastAccountId(rows.lastAccountId())
              .setLastApiKeyId(rows.lastApiKeyId())
              .setEstimatedKeys(store.estimatedKeys());
        });
  }

  /**
   * The next rows; empty when there are no more.
   *
   * @throws StoreUnavailableException if the store has been closed or replaced meanwhile
   * @throws StoreException if they cannot be read
   */
  public Optional<BackupRows> next() {
    if (!more) {
      return Optional.empty();
    }
    Part part = new Part();
    more = whileOpen(() -> rows.readNext(PART_BYTES, part));
    BackupRows made = part.rows.build();
    return made.equals(BackupRows.getDefaultInstance()) ? Optional.empty() : Optional.of(made);
  }

  /** What was in the parts so far. */
  public BackupCounts counts() {
    return counts.build();
  }

  private <T> T whileOpen(Supplier<T> use) {
    return live.with(
        open -> {
          if (open != store) {
            throw new StoreUnavailableException();
          }
          return use.get();
        });
  }

  /** Lets RocksDB drop what is only in this. */
  @Override
  public void close() {
    more = false;
    try {
      whileOpen(
          () -> {
            rows.close();
            return true;
          });
    } catch (StoreUnavailableException e) {
      // Closed meanwhile, and what it has kept for this with it.
    }
  }

  /** Makes rows of what is read. */
  private final class Part implements FrozenRows.Visitor {
    private final BackupRows.Builder rows = BackupRows.newBuilder();

    @Override
    public void account(long id, byte[] row) {
      try {
        rows.addAccounts(BackupAccount.newBuilder().setId(id).setRow(AccountRow.parseFrom(row)));
      } catch (InvalidProtocolBufferException e) {
        throw new StoreException("the row of account " + id + " is damaged", e);
      }
      counts.setAccounts(counts.getAccounts() + 1);
    }

    @Override
    public void apiKey(long id, byte[] row) {
      try {
        rows.addApiKeys(BackupApiKey.newBuilder().setId(id).setRow(ApiKeyRow.parseFrom(row)));
      } catch (InvalidProtocolBufferException e) {
        throw new StoreException("the row of API key " + id + " is damaged", e);
      }
      counts.setApiKeys(counts.getApiKeys() + 1);
    }

    @Override
    public void entry(long accountId, String key, byte[] value) {
      rows.addEntries(
          BackupEntry.newBuilder()
              .setAccountId(accountId)
              .setKey(key)
              .setValue(UnsafeByteOperations.unsafeWrap(value)));
      counts
          .setKeys(counts.getKeys() + 1)
          .setDataBytes(counts.getDataBytes() + key.length() + value.length);
    }
  }
}
