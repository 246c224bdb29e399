package io.relaykv.server.access;

import io.relaykv.protocol.ApiKeyText;
import io.relaykv.statemachine.StoreUnavailableException;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.accounts.ApiKey;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks an API key up in the applied state. What it finds is as old as that state: a yes for a
 * write is confirmed when the write is applied; a yes for a read, and every no, counts only behind
 * a barrier. Thread-safe.
 */
public final class KeyCheck {
  /** Compared with where there is no such key, so that it takes the same time. */
  private static final byte[] NO_HASH = new byte[ApiKeyText.HASH_BYTES];

  private final Supplier<AccessTable> table;
  private final Clock clock;

  /**
   * Checks against a table that may be replaced by another one.
   *
   * @param table the accounts and API keys as applied
   * @param clock for the expiry of keys
   */
  public KeyCheck(Supplier<AccessTable> table, Clock clock) {
    this.table = table;
    this.clock = clock;
  }

  /**
   * What the key allows; empty if it is unknown, disabled or expired, or the secret is another one.
   * Takes the same time in all of these cases.
   *
   * @throws StoreUnavailableException if the state cannot be read
   */
  public Optional<Grant> check(PresentedKey shown) {
    ApiKey key = table.get().apiKey(shown.id()).orElse(null);
    // Compared in every case: what is looked at after it takes nanoseconds.
    boolean rightSecret =
        key == null
            ? MessageDigest.isEqual(NO_HASH, shown.secretSha256())
            : key.hasSecret(shown.secretSha256());
    if (key == null || !rightSecret || !key.isEnabled() || key.isExpired(clock.millis())) {
      return Optional.empty();
    }
    return Optional.of(Grant.of(key));
  }

  /** The account with that id; empty if it is gone. */
  public Optional<Account> account(long id) {
    try {
      return table.get().account(id);
    } catch (StoreUnavailableException e) {
      return Optional.empty();
    }
  }
}
