package io.relaykv.statemachine.accounts;

import io.relaykv.protocol.ApiKeyText;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.NameRules;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.DeleteApiKey;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.Optional;

/**
 * What the commands about accounts and API keys do. Whatever they hold, they come to a result: one
 * that cannot be carried out is refused and changes nothing.
 *
 * <p>Confined to the thread that applies the log.
 */
public final class AccountCommands {
  private final AccessTable table;

  /** Commands upon {@code table}. */
  public AccountCommands(AccessTable table) {
    this.table = table;
  }

  /**
   * Makes an account.
   *
   * @param leaderTimeMs when the leader proposed it
   */
  public CommandResult create(CreateAccount command, long leaderTimeMs, StoreBatch batch) {
    Optional<CommandResult> malformed =
        malformed(
            () -> {
              NameRules.checkAccountName(command.getName());
              require(command.getMaxBytes() >= 0, "the limit is beyond 2^63 bytes");
            });
    if (malformed.isPresent()) {
      return malformed.get();
    }
    if (table.account(command.getName()).isPresent()) {
      return refused(
          Refusal.Reason.ALREADY_EXISTS,
          "there is an account %s already".formatted(Printable.quote(command.getName())));
    }
    if (table.accountCount() >= Limits.MAX_ACCOUNTS) {
      return refused(
          Refusal.Reason.TOO_MANY,
          "there are %d accounts; the limit is %d"
              .formatted(table.accountCount(), Limits.MAX_ACCOUNTS));
    }
    long id = batch.takeAccountId();
    table.add(new Account(id, command.getName(), command.getMaxBytes(), 0, leaderTimeMs), batch);
    return done(id);
  }

  /** Removes an account with its API keys and its data. */
  public CommandResult delete(DeleteAccount command, StoreBatch batch) {
    Optional<Account> account = table.account(command.getName());
    if (account.isEmpty()) {
      return noAccount(command.getName());
    }
    table.remove(account.get(), batch);
    return done(account.get().id());
  }

  /**
   * Makes an API key, enabled.
   *
   * @param leaderTimeMs when the leader proposed it
   */
  public CommandResult create(CreateApiKey command, long leaderTimeMs, StoreBatch batch) {
    Optional<CommandResult> malformed =
        malformed(
            () -> {
              NameRules.checkLabel(command.getLabel());
              require(
                  command.getSecretSha256().size() == ApiKeyText.HASH_BYTES,
                  "the hash of the secret does not have %d bytes".formatted(ApiKeyText.HASH_BYTES));
              require(command.getRead() || command.getWrite(), "the API key would allow nothing");
              require(command.getExpiresAtMs() >= 0, "the API key's end is beyond all time");
            });
    if (malformed.isPresent()) {
      return malformed.get();
    }
    Optional<Account> account = table.account(command.getAccount());
    if (account.isEmpty()) {
      return noAccount(command.getAccount());
    }
    long accountId = account.get().id();
    int ofAccount = table.apiKeysOf(accountId).size();
    if (ofAccount >= Limits.MAX_API_KEYS_PER_ACCOUNT) {
      return refused(
          Refusal.Reason.TOO_MANY,
          "account %s has %d API keys; the limit is %d"
              .formatted(command.getAccount(), ofAccount, Limits.MAX_API_KEYS_PER_ACCOUNT));
    }
    if (table.apiKeyCount() >= Limits.MAX_API_KEYS) {
      return refused(
          Refusal.Reason.TOO_MANY,
          "there are %d API keys; the limit is %d"
              .formatted(table.apiKeyCount(), Limits.MAX_API_KEYS));
    }
    long id = batch.takeApiKeyId();
    table.put(ApiKey.create(id, accountId, command, leaderTimeMs), batch);
    return done(id);
  }

  /** Disables or enables an API key; one that is so already stays so. */
  public CommandResult setEnabled(SetApiKeyEnabled command, StoreBatch batch) {
    Optional<ApiKey> key = table.apiKey(command.getId());
    if (key.isEmpty()) {
      return noApiKey(command.getId());
    }
    table.put(key.get().withEnabled(command.getEnabled()), batch);
    return done(command.getId());
  }

  /** Removes an API key. */
  public CommandResult delete(DeleteApiKey command, StoreBatch batch) {
    Optional<ApiKey> key = table.apiKey(command.getId());
    if (key.isEmpty()) {
      return noApiKey(command.getId());
    }
    table.remove(key.get(), batch);
    return done(command.getId());
  }

  private static CommandResult noAccount(String name) {
    return refused(
        Refusal.Reason.NOT_FOUND, "there is no account %s".formatted(Printable.quote(name)));
  }

  private static CommandResult noApiKey(long id) {
    return refused(
        Refusal.Reason.NOT_FOUND, "there is no API key %s".formatted(Long.toUnsignedString(id)));
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static Optional<CommandResult> malformed(Runnable rules) {
    try {
      rules.run();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(refused(Refusal.Reason.MALFORMED, String.valueOf(e.getMessage())));
    }
  }

  private static CommandResult done(long id) {
    return CommandResult.newBuilder().setDone(Done.newBuilder().setId(id)).build();
  }

  private static CommandResult refused(Refusal.Reason reason, String message) {
    return CommandResult.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(reason).setMessage(message))
        .build();
  }
}
