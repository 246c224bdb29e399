package io.relaykv.statemachine.accounts;

import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides in apply whether a write that came through the log may still take effect. The leader has
 * looked at the API key before, but a disable may stand between in the log; what is decided here is
 * the same on every node, as it depends on the log alone: neither secret nor expiry is looked at.
 *
 * <p>Confined to the thread that applies the log.
 */
public final class WriteGate {
  private final AccessTable table;
  private final KvStore store;

  /**
   * Sizes of keys with values that this entry has changed, by account; the store does not show them
   * before the entry's batch is committed.
   */
  private final Map<Long, Map<String, Long>> sizesInEntry = new HashMap<>();

  /** For the writes that are applied to {@code store}. */
  public WriteGate(AccessTable table, KvStore store) {
    this.table = table;
    this.store = store;
  }

  /** Whether the API key that was shown for these writes allows them now. */
  public boolean allows(SessionWrites writes) {
    return table
        .apiKey(writes.getApiKeyId())
        .filter(ApiKey::isEnabled)
        .filter(ApiKey::allowsWrite)
        .filter(key -> key.accountId() == writes.getAccountId())
        .isPresent();
  }

  /** Counts a write of the account, unless the account would come to hold too much. */
  public WriteStatus count(long accountId, Write write) {
    Account account = table.account(accountId).filter(Account::hasQuota).orElse(null);
    if (account == null) {
      return WriteStatus.APPLIED;
    }
    long before = sizeOf(accountId, write.getKey());
    long after = write.hasPut() ? write.getKey().length() + (long) write.getPut().size() : 0;
    if (after > before && !account.hasRoomFor(after - before)) {
      return WriteStatus.OVER_QUOTA;
    }
    table.grow(account, after - before);
    sizesInEntry.computeIfAbsent(accountId, id -> new HashMap<>()).put(write.getKey(), after);
    return WriteStatus.APPLIED;
  }

  private long sizeOf(long accountId, String key) {
    Long changed = sizesInEntry.getOrDefault(accountId, Map.of()).get(key);
    return changed == null ? store.sizeBytes(accountId, key) : changed;
  }

  /** To be called at the end of each entry, before its batch is committed. */
  public void endEntry(StoreBatch batch) {
    table.saveUse(batch);
    sizesInEntry.clear();
  }
}
