package io.relaykv.statemachine.backup;

import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.state.RestoreRow;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.accounts.ApiKey;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One part of a backup on its way into the store: looked at as a whole before anything of it is
 * taken. What the rows must be for a store that is right is decided here, whatever a client sends:
 * each key comes once, in order, so that what quotas count is what is there.
 *
 * <p>Confined to the thread that applies the log.
 */
final class RestoredPart {
  private final AccessTable table;
  private final RestoreRow before;

  /** Accounts that come with this part, by id. */
  private final Map<Long, Account> newAccounts = new HashMap<>();

  private final Set<String> newNames = new HashSet<>();
  private final Map<Long, Integer> newKeysByAccount = new HashMap<>();
  private final Map<Long, Long> growth = new HashMap<>();
  private long dataBytes;

  /**
   * @param before where the restore stands before this part
   */
  RestoredPart(AccessTable table, RestoreRow before) {
    this.table = table;
    this.before = before;
  }

  /**
   * Looks at all rows.
   *
   * @throws IllegalArgumentException if one of them cannot be taken; the message is safe to print
   */
  void check(BackupRows rows) {
    rows.getAccountsList().forEach(this::check);
    require(
        table.accountCount() + newAccounts.size() <= Limits.MAX_ACCOUNTS,
        "there would be more than %d accounts".formatted(Limits.MAX_ACCOUNTS));
    Set<Long> newKeys = new HashSet<>();
    rows.getApiKeysList().forEach(key -> check(key, newKeys));
    require(
        table.apiKeyCount() + newKeys.size() <= Limits.MAX_API_KEYS,
        "there would be more than %d API keys".formatted(Limits.MAX_API_KEYS));
    long accountId = before.getLastEntryAccountId();
    String key = before.getLastEntryKey();
    for (BackupEntry entry : rows.getEntriesList()) {
      BackupRules.check(entry);
      require(
          entry.getAccountId() > accountId
              || (entry.getAccountId() == accountId && entry.getKey().compareTo(key) > 0),
          "key %s is out of order".formatted(Printable.quote(entry.getKey())));
      accountId = entry.getAccountId();
      key = entry.getKey();
      check(entry);
    }
  }

  private void check(BackupAccount account) {
    BackupRules.check(account);
    requireGivenOut("account", account.getId(), before.getHighestAccountId());
    String name = account.getRow().getName();
    require(
        table.account(account.getId()).isEmpty()
            && table.account(name).isEmpty()
            && newNames.add(name)
            && newAccounts.put(
                    account.getId(), Account.emptyFrom(account.getId(), account.getRow()))
                == null,
        "account %d, %s, comes twice".formatted(account.getId(), name));
  }

  private void check(BackupApiKey key, Set<Long> newKeys) {
    BackupRules.check(key);
    requireGivenOut("API key", key.getId(), before.getHighestApiKeyId());
    long accountId = key.getRow().getAccountId();
    requireAccount(accountId);
    require(
        !table.hasApiKey(key.getId()) && newKeys.add(key.getId()),
        "API key %d comes twice".formatted(key.getId()));
    int ofAccount =
        table.apiKeysOf(accountId).size() + newKeysByAccount.merge(accountId, 1, Integer::sum);
    require(
        ofAccount <= Limits.MAX_API_KEYS_PER_ACCOUNT,
        "account %d would have more than %d API keys"
            .formatted(accountId, Limits.MAX_API_KEYS_PER_ACCOUNT));
  }

  private void check(BackupEntry entry) {
    Account account = requireAccount(entry.getAccountId());
    long bytes = entry.getKey().length() + (long) entry.getValue().size();
    dataBytes += bytes;
    if (account.hasQuota()) {
      long grown = growth.merge(account.id(), bytes, Long::sum);
      require(
          account.hasRoomFor(grown), "account %s would hold too much".formatted(account.name()));
    }
  }

  private Account requireAccount(long id) {
    Account arriving = newAccounts.get(id);
    return arriving == null
        ? table
            .account(id)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no account " + Long.toUnsignedString(id)))
        : arriving;
  }

  private static void requireGivenOut(String what, long id, long highest) {
    require(id <= highest, "%s %d is beyond the last one, %d".formatted(what, id, highest));
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Takes the rows, which have been looked at.
   *
   * @return where the restore stands now
   */
  RestoreRow.Builder restore(BackupRows rows, StoreBatch batch) {
    newAccounts.values().forEach(account -> table.add(account, batch));
    for (BackupApiKey key : rows.getApiKeysList()) {
      table.put(ApiKey.of(key.getId(), key.getRow()), batch);
    }
    for (BackupEntry entry : rows.getEntriesList()) {
      batch.put(entry.getAccountId(), entry.getKey(), entry.getValue().toByteArray());
    }
    growth.forEach((id, bytes) -> table.grow(table.account(id).orElseThrow(), bytes));
    table.saveUse(batch);
    return after(rows);
  }

  private RestoreRow.Builder after(BackupRows rows) {
    RestoreRow.Builder after = before.toBuilder();
    after
        .setPartsDone(before.getPartsDone() + 1)
        .setAccountsDone(before.getAccountsDone() + rows.getAccountsCount())
        .setApiKeysDone(before.getApiKeysDone() + rows.getApiKeysCount())
        .setKeysDone(before.getKeysDone() + rows.getEntriesCount())
        .setDataBytesDone(before.getDataBytesDone() + dataBytes);
    if (rows.getEntriesCount() > 0) {
      BackupEntry lastEntry = rows.getEntries(rows.getEntriesCount() - 1);
      after.setLastEntryAccountId(lastEntry.getAccountId()).setLastEntryKey(lastEntry.getKey());
    }
    return after;
  }
}
