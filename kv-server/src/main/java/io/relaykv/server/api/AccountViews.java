package io.relaykv.server.api;

import io.relaykv.protocol.Printable;
import io.relaykv.protocol.v1.AccountInfo;
import io.relaykv.protocol.v1.ApiKeyInfo;
import io.relaykv.statemachine.LiveStore;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.accounts.ApiKey;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * Accounts and API keys as operators see them, from the applied state. What is not there is a
 * {@link NoSuchElementException} that names it. Thread-safe.
 */
final class AccountViews {
  private final Supplier<AccessTable> table;
  private final LiveStore store;

  AccountViews(Supplier<AccessTable> table, LiveStore store) {
    this.table = table;
    this.store = store;
  }

  List<AccountInfo> accounts() {
    AccessTable now = table.get();
    return now.accounts().stream().map(account -> view(now, account)).toList();
  }

  AccountInfo account(String name) {
    AccessTable now = table.get();
    return view(now, named(now, name));
  }

  AccountInfo account(long id) {
    AccessTable now = table.get();
    return view(
        now,
        now.account(id).orElseThrow(() -> new NoSuchElementException("the account is gone again")));
  }

  private static Account named(AccessTable now, String name) {
    return now.account(name)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "there is no account %s".formatted(Printable.quote(name))));
  }

  private AccountInfo view(AccessTable now, Account account) {
    long used =
        account.hasQuota()
            ? account.usedBytes()
            : store.with(open -> open.estimatedBytes(account.id()));
    return AccountInfo.newBuilder()
        .setId(account.id())
        .setName(account.name())
        .setMaxBytes(account.maxBytes())
        .setUsedBytes(used)
        .setCreatedAtMs(account.createdAtMs())
        .setApiKeys(now.apiKeysOf(account.id()).size())
        .build();
  }

  List<ApiKeyInfo> apiKeys() {
    AccessTable now = table.get();
    return now.apiKeys().stream().map(key -> view(now, key)).toList();
  }

  List<ApiKeyInfo> apiKeys(String account) {
    AccessTable now = table.get();
    return now.apiKeysOf(named(now, account).id()).stream().map(key -> view(now, key)).toList();
  }

  ApiKeyInfo apiKey(long id) {
    AccessTable now = table.get();
    return view(
        now,
        now.apiKey(id).orElseThrow(() -> new NoSuchElementException("the API key is gone again")));
  }

  private static ApiKeyInfo view(AccessTable now, ApiKey key) {
    return ApiKeyInfo.newBuilder()
        .setId(key.id())
        .setAccount(now.account(key.accountId()).map(Account::name).orElse(""))
        .setRead(key.allowsRead())
        .setWrite(key.allowsWrite())
        .setEnabled(key.isEnabled())
        .setExpiresAtMs(key.expiresAtMs())
        .setLabel(key.label())
        .setCreatedAtMs(key.createdAtMs())
        .build();
  }
}
