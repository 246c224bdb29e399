package io.relaykv.client.internal;

import io.relaykv.client.BackedUpAccount;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts what is in a backup, and checks that it fits together. Whatever a cluster would refuse is
 * an {@link IllegalArgumentException}, safe to print. Not thread-safe.
 */
final class BackupContents {
  private final BackupHeader header;
  private final boolean checksValues;
  private final SortedMap<Long, Account> accounts = new TreeMap<>();
  private final Set<String> names = new HashSet<>();
  private final BackupCounts.Builder counts = BackupCounts.newBuilder();
  private long lastAccountId;
  private long lastApiKeyId;
  private BackupEntry lastEntry = BackupEntry.getDefaultInstance();

  /** What is known of an account so far. */
  private static final class Account {
    private final BackupAccount account;
    private long apiKeys;
    private long keys;
    private long dataBytes;

    Account(BackupAccount account) {
      this.account = account;
    }
  }

  /**
   * @param checksValues whether to look at the JSON too
   */
  BackupContents(BackupHeader header, boolean checksValues) {
    this.header = header;
    this.checksValues = checksValues;
  }

  /** The next part. */
  void add(BackupRows rows) {
    rows.getAccountsList().forEach(this::add);
    rows.getApiKeysList().forEach(this::add);
    rows.getEntriesList().forEach(this::add);
  }

  private void add(BackupAccount account) {
    BackupRules.check(account);
    long id = account.getId();
    require(id > lastAccountId, "account %d is out of order", id);
    require(id <= header.getLastAccountId(), "account %d is beyond the last id", id);
    require(names.add(account.getRow().getName()), "account %d has the name of another one", id);
    lastAccountId = id;
    accounts.put(id, new Account(account));
    counts.setAccounts(counts.getAccounts() + 1);
  }

  private void add(BackupApiKey key) {
    BackupRules.check(key);
    long id = key.getId();
    require(id > lastApiKeyId, "API key %d is out of order", id);
    require(id <= header.getLastApiKeyId(), "API key %d is beyond the last id", id);
    lastApiKeyId = id;
    owner(key.getRow().getAccountId()).apiKeys++;
    counts.setApiKeys(counts.getApiKeys() + 1);
  }

  private void add(BackupEntry entry) {
    BackupRules.check(entry);
    boolean inOrder =
        entry.getAccountId() > lastEntry.getAccountId()
            || (entry.getAccountId() == lastEntry.getAccountId()
                && entry.getKey().compareTo(lastEntry.getKey()) > 0);
    require(inOrder, "key %s is out of order", Printable.quote(entry.getKey()));
    if (checksValues) {
      BackupRules.checkValue(entry);
    }
    lastEntry = entry;
    Account owner = owner(entry.getAccountId());
    long bytes = entry.getKey().length() + (long) entry.getValue().size();
    owner.keys++;
    owner.dataBytes += bytes;
    counts.setKeys(counts.getKeys() + 1).setDataBytes(counts.getDataBytes() + bytes);
  }

  private Account owner(long accountId) {
    Account owner = accounts.get(accountId);
    if (owner == null) {
      throw new IllegalArgumentException("there is no account " + Long.toUnsignedString(accountId));
    }
    return owner;
  }

  /** There are no more parts. */
  void end(BackupEnd end) {
    require(
        end.getCounts().equals(counts.build()),
        "the file holds something else than it says it does: %s",
        "%d accounts, %d API keys, %d keys"
            .formatted(counts.getAccounts(), counts.getApiKeys(), counts.getKeys()));
    for (Account one : accounts.values()) {
      long maxBytes = one.account.getRow().getMaxBytes();
      require(
          maxBytes == 0 || one.dataBytes == one.account.getRow().getUsedBytes(),
          "account %s does not hold what was counted",
          one.account.getRow().getName());
      require(
          maxBytes == 0 || one.dataBytes <= maxBytes,
          "account %s holds more than it may",
          one.account.getRow().getName());
    }
  }

  /** What there is so far. */
  BackupCounts counts() {
    return counts.build();
  }

  /** What each account holds so far, by id. */
  List<BackedUpAccount> accounts() {
    return accounts.values().stream()
        .map(
            one ->
                new BackedUpAccount(
                    one.account.getId(),
                    one.account.getRow().getName(),
                    one.account.getRow().getMaxBytes(),
                    one.apiKeys,
                    one.keys,
                    one.dataBytes))
        .toList();
  }

  private static void require(boolean kept, String otherwise, Object value) {
    if (!kept) {
      throw new IllegalArgumentException(otherwise.formatted(value));
    }
  }
}
