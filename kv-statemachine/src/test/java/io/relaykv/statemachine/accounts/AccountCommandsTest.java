package io.relaykv.statemachine.accounts;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CreateAccount;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.log.DeleteAccount;
import io.relaykv.protocol.log.DeleteApiKey;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.SetApiKeyEnabled;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.statemachine.store.StoreContents;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountCommandsTest {
  private static final long NOW = 1_700_000_000_000L;

  private Path directory;
  private KvStore store;
  private AccessTable table;
  private AccountCommands commands;
  private long index;

  @BeforeEach
  void open(@TempDir Path temp) {
    directory = temp.resolve("db");
    store = KvStore.open(directory);
    load();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void load() {
    table = AccessTable.load(store);
    commands = new AccountCommands(table);
  }

  @Test
  void makesAccountsAndShowsThemByName() {
    assertThat(create("b", 0)).isEqualTo(1);
    assertThat(create("a", 500)).isEqualTo(2);
    assertThat(table.accounts())
        .containsExactly(new Account(2, "a", 500, 0, NOW), new Account(1, "b", 0, 0, NOW));
    assertThat(table.account("a")).contains(new Account(2, "a", 500, 0, NOW));
    assertThat(table.account(1)).map(Account::name).contains("b");
    assertThat(table.account("c")).isEmpty();
    assertThat(table.account(3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-a", "A", "a_b", "a/b", "../x", "a b", "a\n", "\u00e4", "\u2028", "a\u0000", "%2e%2e"
      })
  void refusesWhatIsNoName(String name) {
    assertThatNothingChanges(Refusal.Reason.MALFORMED, tryCreate(name, 0));
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(create("a".repeat(63), 0)).isEqualTo(1);
    assertThatNothingChanges(Refusal.Reason.MALFORMED, tryCreate("a".repeat(64), 0));
  }

  @Test
  void aNameIsGivenOnceAtATime() {
    create("a", 0);
    assertThatNothingChanges(Refusal.Reason.ALREADY_EXISTS, tryCreate("a", 5));
  }

  @Test
  void aLimitBeyondALongIsRefused() {
    assertThat(create("most", Long.MAX_VALUE)).isEqualTo(1);
    assertThatNothingChanges(Refusal.Reason.MALFORMED, tryCreate("more", Long.MIN_VALUE));
    assertThatNothingChanges(Refusal.Reason.MALFORMED, tryCreate("more", -1));
  }

  @Test
  void anIdIsNeverGivenAgain() {
    assertThat(create("a", 0)).isEqualTo(1);
    assertThat(createKey("a")).isEqualTo(1);
    assertThat(create("b", 0)).isEqualTo(2);
    assertThat(createKey("b")).isEqualTo(2);
    deleteKey(2);
    delete("b");
    assertThat(create("b", 0)).as("the last one is gone").isEqualTo(3);
    assertThat(createKey("b")).isEqualTo(3);
    delete("a");
    delete("b");

    store.close();
    store = KvStore.open(directory);
    load();
    assertThat(create("c", 0)).as("opened anew, and empty").isEqualTo(4);
    assertThat(createKey("c")).isEqualTo(4);
    delete("c");

    Path snapshot = directory.resolveSibling("snapshot");
    store.checkpoint(store.applied(), snapshot);
    store.close();
    store = KvStore.open(snapshot);
    load();
    assertThat(create("d", 0)).as("restored from a snapshot").isEqualTo(5);
    assertThat(createKey("d")).isEqualTo(5);
  }

  @Test
  void aRefusalTakesNoId() {
    create("a", 0);
    assertThat(tryCreate("a", 0).get().hasRefusal()).isTrue();
    assertThat(tryCreateKey(key("nobody")).get().hasRefusal()).isTrue();
    assertThat(create("b", 0)).isEqualTo(2);
    assertThat(createKey("b")).isEqualTo(1);
  }

  @Test
  void deletingAnAccountTakesItsDataAndItsKeysAndNobodyElses() {
    create("before", 0);
    create("gone", 0);
    create("behind", 0);
    for (String name : List.of("before", "gone", "gone", "behind")) {
      createKey(name);
    }
    inBatch(
        batch -> {
          for (long account : new long[] {0, 1, 2, 3, 258, -1, 2L << 56}) {
            for (String key : List.of("-", "a", "zzzz")) {
              batch.put(account, key, new byte[] {1});
            }
          }
        });

    delete("gone");

    assertThat(table.account("gone")).isEmpty();
    assertThat(table.account(2)).isEmpty();
    assertThat(table.apiKeys()).extracting(ApiKey::id).containsExactly(1L, 4L);
    assertThat(table.apiKeysOf(2)).isEmpty();
    assertThat(StoreContents.dataBytes(store).keySet())
        .containsExactlyInAnyOrder(0L, 1L, 3L, 258L, -1L, 2L << 56);
    assertThat(StoreContents.dataBytes(store).values()).containsOnly(3L + 2 + 4);
    assertThat(rows("ACCOUNTS/")).isEqualTo(2);
    assertThat(rows("API_KEYS/")).isEqualTo(2);
    assertThat(store.scanKeys(2, "", "", 10, 100).keys()).isEmpty();
  }

  @Test
  void anAccountOfTheSameNameBeginsEmpty() {
    create("a", 1000);
    createKey("a");
    inBatch(batch -> batch.put(1, "k", new byte[] {1}));
    delete("a");
    long again = create("a", 1000);
    assertThat(store.get(again, "k")).isNull();
    assertThat(store.get(1, "k")).isNull();
    assertThat(table.apiKeysOf(again)).isEmpty();
    assertThat(table.account("a")).map(Account::usedBytes).contains(0L);
  }

  @Test
  void whatIsNotThereIsNotDeleted() {
    create("a", 0);
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryDelete("b"));
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryDelete(""));
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryDeleteKey(1));
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryDeleteKey(-1));
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, trySetEnabled(Long.MIN_VALUE, true));
  }

  @Test
  void refusalsAreSafeToPrint() {
    String nasty = "a\r\n\u001b[31m\u2028${jndi:ldap://x}" + "x".repeat(500);
    for (Supplier<CommandResult> attempt :
        List.of(
            tryCreate(nasty, 0),
            tryDelete(nasty),
            tryCreateKey(key(nasty)),
            tryCreateKey(key("a").setLabel(nasty)))) {
      String message = attempt.get().getRefusal().getMessage();
      assertThat(message).matches("[ -~]+").hasSizeLessThan(300);
    }
  }

  @Test
  void anApiKeyIsKeptAsItWasAskedFor() {
    create("a", 0);
    ByteString hash = ByteString.copyFromUtf8("0123456789abcdef0123456789ABCDEF");
    createKey(
        key("a").setSecretSha256(hash).setWrite(false).setExpiresAtMs(NOW + 5).setLabel("web"));
    ApiKey made = table.apiKey(1).orElseThrow();
    assertThat(made.accountId()).isEqualTo(1);
    assertThat(made.hasSecret(hash.toByteArray())).isTrue();
    assertThat(made.hasSecret(new byte[32])).isFalse();
    assertThat(made.hasSecret(new byte[0])).isFalse();
    assertThat(made.allowsRead()).isTrue();
    assertThat(made.allowsWrite()).isFalse();
    assertThat(made.isEnabled()).isTrue();
    assertThat(made.isExpired(NOW + 4)).isFalse();
    assertThat(made.isExpired(NOW + 5)).isTrue();
    assertThat(made.label()).isEqualTo("web");
    assertThat(made.createdAtMs()).isEqualTo(NOW);
    assertThat(made).hasToString("API key 1");
  }

  @Test
  void aKeyWithoutAnEndDoesNotExpire() {
    create("a", 0);
    createKey("a");
    assertThat(table.apiKey(1).orElseThrow().isExpired(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void refusesAMalformedApiKey() {
    create("a", 0);
    for (CreateApiKey.Builder malformed :
        List.of(
            key("a").setSecretSha256(ByteString.EMPTY),
            key("a").setSecretSha256(ByteString.copyFrom(new byte[31])),
            key("a").setSecretSha256(ByteString.copyFrom(new byte[33])),
            key("a").setRead(false).setWrite(false),
            key("a").setExpiresAtMs(-1),
            key("a").setLabel("l".repeat(Limits.MAX_LABEL_CHARACTERS + 1)),
            key("a").setLabel("\n"))) {
      assertThatNothingChanges(Refusal.Reason.MALFORMED, tryCreateKey(malformed));
    }
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryCreateKey(key("b")));
    assertThatNothingChanges(Refusal.Reason.NOT_FOUND, tryCreateKey(key("A \n")));
  }

  @Test
  void anApiKeyIsDisabledEnabledAndDeleted() {
    create("a", 0);
    createKey("a");
    run(trySetEnabled(1, false));
    assertThat(table.apiKey(1)).map(ApiKey::isEnabled).contains(false);
    run(trySetEnabled(1, false));
    assertThat(table.apiKey(1)).map(ApiKey::isEnabled).contains(false);
    run(trySetEnabled(1, true));
    assertThat(table.apiKey(1)).map(ApiKey::isEnabled).contains(true);
    deleteKey(1);
    assertThat(table.apiKey(1)).isEmpty();
    assertThat(table.apiKeysOf(1)).isEmpty();
    assertThat(rows("API_KEYS/")).isZero();
  }

  @Test
  void thereAreAtMostTenThousandAccounts() {
    // Put in by hand, far from the ids that are given out.
    inBatch(
        batch -> {
          for (long id = 1; id < Limits.MAX_ACCOUNTS; id++) {
            batch.putAccount(id << 20, new Account(id << 20, "n" + id, 0, 0, 0).toRow());
          }
        });
    load();
    create("last", 0);
    assertThat(table.accounts().size()).isEqualTo(Limits.MAX_ACCOUNTS);
    assertThatThereAreTooMany(tryCreate("more", 0));
    delete("n77");
    create("more", 0);
  }

  @Test
  void anAccountHasAtMostAThousandApiKeys() {
    create("a", 0);
    create("b", 0);
    for (int i = 0; i < Limits.MAX_API_KEYS_PER_ACCOUNT; i++) {
      createKey("a");
    }
    assertThatThereAreTooMany(tryCreateKey(key("a")));
    createKey("b");
    deleteKey(5);
    createKey("a");
    assertThat(table.apiKeysOf(1))
        .hasSize(Limits.MAX_API_KEYS_PER_ACCOUNT)
        .isSortedAccordingTo((one, other) -> Long.compare(one.id(), other.id()));
  }

  @Test
  void thereAreAtMostAHundredThousandApiKeys() {
    create("a", 0);
    byte[] row = ApiKey.create(0, 2, key("b").build(), NOW).toRow();
    inBatch(
        batch -> {
          for (long id = 1; id < Limits.MAX_API_KEYS; id++) {
            batch.putApiKey(id << 20, row);
          }
        });
    load();
    createKey("a");
    assertThatThereAreTooMany(tryCreateKey(key("a")));
    deleteKey(7L << 20);
    createKey("a");
  }

  private static CreateApiKey.Builder key(String account) {
    return CreateApiKey.newBuilder()
        .setAccount(account)
        .setSecretSha256(ByteString.copyFrom(new byte[32]))
        .setRead(true)
        .setWrite(true);
  }

  private long create(String name, long maxBytes) {
    return run(tryCreate(name, maxBytes));
  }

  private long createKey(String account) {
    return createKey(key(account));
  }

  private long createKey(CreateApiKey.Builder key) {
    return run(tryCreateKey(key));
  }

  private void delete(String name) {
    run(tryDelete(name));
  }

  private void deleteKey(long id) {
    assertThat(run(tryDeleteKey(id))).isEqualTo(id);
  }

  private Supplier<CommandResult> tryCreate(String name, long maxBytes) {
    CreateAccount command = CreateAccount.newBuilder().setName(name).setMaxBytes(maxBytes).build();
    return attempt((on, batch) -> on.create(command, NOW, batch));
  }

  private Supplier<CommandResult> tryDelete(String name) {
    return attempt(
        (on, batch) -> on.delete(DeleteAccount.newBuilder().setName(name).build(), batch));
  }

  private Supplier<CommandResult> tryCreateKey(CreateApiKey.Builder key) {
    return attempt((on, batch) -> on.create(key.build(), NOW, batch));
  }

  private Supplier<CommandResult> tryDeleteKey(long id) {
    return attempt((on, batch) -> on.delete(DeleteApiKey.newBuilder().setId(id).build(), batch));
  }

  private Supplier<CommandResult> trySetEnabled(long id, boolean enabled) {
    return attempt(
        (on, batch) ->
            on.setEnabled(
                SetApiKeyEnabled.newBuilder().setId(id).setEnabled(enabled).build(), batch));
  }

  private Supplier<CommandResult> attempt(
      BiFunction<AccountCommands, StoreBatch, CommandResult> command) {
    return () -> {
      StoreBatch batch = store.newBatch();
      CommandResult result = command.apply(commands, batch);
      batch.commit(new Applied(1, ++index));
      return result;
    };
  }

  private long run(Supplier<CommandResult> attempt) {
    CommandResult result = attempt.get();
    assertThat(result.hasDone()).as("%s", result).isTrue();
    assertThatTheViewIsTheRows();
    return result.getDone().getId();
  }

  /** All but the row that every entry changes. */
  private SortedMap<String, String> contents() {
    SortedMap<String, String> rows = StoreContents.of(store);
    rows.remove("META/" + HexFormat.of().formatHex("applied".getBytes(US_ASCII)));
    return rows;
  }

  private void assertThatNothingChanges(Refusal.Reason reason, Supplier<CommandResult> attempt) {
    SortedMap<String, String> before = contents();
    List<String> viewBefore = AccessTableRows.of(table);
    CommandResult result = attempt.get();
    assertThat(result.getRefusal().getReason()).isEqualTo(reason);
    assertThat(result.getRefusal().getMessage()).isNotEmpty();
    assertThat(contents()).isEqualTo(before);
    assertThat(AccessTableRows.of(table)).isEqualTo(viewBefore);
  }

  private static void assertThatThereAreTooMany(Supplier<CommandResult> attempt) {
    assertThat(attempt.get().getRefusal().getReason()).isEqualTo(Refusal.Reason.TOO_MANY);
  }

  /** Where there are few rows: reading them takes time. */
  private void assertThatTheViewIsTheRows() {
    if (index <= 50 && table.accountCount() < 10 && table.apiKeyCount() < 10) {
      assertThat(AccessTableRows.of(AccessTable.load(store))).isEqualTo(AccessTableRows.of(table));
    }
  }

  private long rows(String family) {
    return StoreContents.of(store).keySet().stream().filter(row -> row.startsWith(family)).count();
  }

  private void inBatch(Consumer<StoreBatch> change) {
    StoreBatch batch = store.newBatch();
    change.accept(batch);
    batch.commit(new Applied(1, ++index));
  }
}
