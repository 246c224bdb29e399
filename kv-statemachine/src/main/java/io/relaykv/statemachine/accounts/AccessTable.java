package io.relaykv.statemachine.accounts;

import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All accounts and API keys: replicated state in the store, with a view in memory. Any thread may
 * look things up; only the thread that applies the log makes changes.
 */
public final class AccessTable {
  private final Map<Long, Account> accounts = new ConcurrentHashMap<>();
  private final Map<String, Long> idsByName = new ConcurrentHashMap<>();
  private final Map<Long, ApiKey> apiKeys = new ConcurrentHashMap<>();

  /** The same keys by account, then by id: a look at one account must not cost one at all keys. */
  private final Map<Long, NavigableMap<Long, ApiKey>> apiKeysByAccount = new ConcurrentHashMap<>();

  /** Whether no API key is valid for now. */
  private volatile boolean locked;

  /** Accounts whose use has changed since {@link #saveUse}. Of the applying thread. */
  private final Set<Long> changedUse = new HashSet<>();

  private AccessTable() {}

  /** Reads the accounts and API keys of {@code store}. */
  public static AccessTable load(KvStore store) {
    AccessTable table = new AccessTable();
    store.forEachAccount((id, row) -> table.remember(Account.fromRow(id, row)));
    store.forEachApiKey((id, row) -> table.remember(ApiKey.fromRow(id, row)));
    return table;
  }

  private void remember(Account account) {
    accounts.put(account.id(), account);
    idsByName.put(account.name(), account.id());
  }

  private void remember(ApiKey key) {
    apiKeys.put(key.id(), key);
    apiKeysByAccount
        .computeIfAbsent(key.accountId(), id -> new ConcurrentSkipListMap<>())
        .put(key.id(), key);
  }

  /** The account of that name. */
  public Optional<Account> account(String name) {
    return Optional.ofNullable(idsByName.get(name)).flatMap(this::account);
  }

  /** The account with that id. */
  public Optional<Account> account(long id) {
    return Optional.ofNullable(accounts.get(id));
  }

  /** All accounts, by name. */
  public List<Account> accounts() {
    return accounts.values().stream().sorted(Comparator.comparing(Account::name)).toList();
  }

  /** The API key with that id; none while they are {@link #lock locked}. */
  public Optional<ApiKey> apiKey(long id) {
    return locked ? Optional.empty() : Optional.ofNullable(apiKeys.get(id));
  }

  /** Whether there is an API key with that id, valid or not. */
  public boolean hasApiKey(long id) {
    return apiKeys.containsKey(id);
  }

  /**
   * Has no API key be valid until {@link #unlock}: what the cluster holds is not whole. They can
   * still be listed.
   */
  public void lock() {
    locked = true;
  }

  /** Has the API keys be valid again. */
  public void unlock() {
    locked = false;
  }

  /** All API keys, by id. */
  public List<ApiKey> apiKeys() {
    return apiKeys.values().stream().sorted(Comparator.comparingLong(ApiKey::id)).toList();
  }

  /** The API keys of one account, by id. */
  public List<ApiKey> apiKeysOf(long accountId) {
    return List.copyOf(
        apiKeysByAccount.getOrDefault(accountId, Collections.emptyNavigableMap()).values());
  }

  /** How many accounts there are. */
  public int accountCount() {
    return accounts.size();
  }

  /** How many API keys there are. */
  public int apiKeyCount() {
    return apiKeys.size();
  }

  /** Adds an account. */
  public void add(Account account, StoreBatch batch) {
    remember(account);
    batch.putAccount(account.id(), account.toRow());
  }

  /** Removes the account with its API keys and its data. */
  void remove(Account account, StoreBatch batch) {
    for (ApiKey key : apiKeysOf(account.id())) {
      remove(key, batch);
    }
    apiKeysByAccount.remove(account.id());
    // First the way to it, so that nobody who looks it up by name finds half of it.
    idsByName.remove(account.name());
    accounts.remove(account.id());
    changedUse.remove(account.id());
    batch.deleteAccount(account.id());
  }

  /** Adds an API key or puts it in the place of the one with its id. */
  public void put(ApiKey key, StoreBatch batch) {
    remember(key);
    batch.putApiKey(key.id(), key.toRow());
  }

  void remove(ApiKey key, StoreBatch batch) {
    apiKeys.remove(key.id());
    NavigableMap<Long, ApiKey> ofAccount = apiKeysByAccount.get(key.accountId());
    if (ofAccount != null) {
      ofAccount.remove(key.id());
    }
    batch.deleteApiKey(key.id());
  }

  /** Counts bytes more, or less, of an account with a quota. */
  public void grow(Account account, long growth) {
    accounts.put(account.id(), account.grownBy(growth));
    changedUse.add(account.id());
  }

  /** Puts what has changed in the use of accounts into {@code batch}. */
  public void saveUse(StoreBatch batch) {
    for (long id : changedUse) {
      batch.putAccount(id, Objects.requireNonNull(accounts.get(id)).toRow());
    }
    changedUse.clear();
  }
}
