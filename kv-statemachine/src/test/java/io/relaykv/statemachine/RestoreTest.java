package io.relaykv.statemachine;

import static io.relaykv.protocol.log.WriteStatus.APPLIED;
import static io.relaykv.protocol.log.WriteStatus.NOT_ALLOWED;
import static io.relaykv.protocol.log.WriteStatus.OVER_QUOTA;
import static io.relaykv.statemachine.Commands.createAccount;
import static io.relaykv.statemachine.Commands.createApiKey;
import static io.relaykv.statemachine.Commands.deleteAccount;
import static io.relaykv.statemachine.Commands.deleteApiKey;
import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static io.relaykv.statemachine.Commands.setEnabled;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.fuzz.BytesAsRandom;
import io.relaykv.protocol.fuzz.RandomMessages;
import io.relaykv.protocol.fuzz.SeededRun;
import io.relaykv.protocol.log.BeginRestore;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.FinishRestore;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.RestoreRows;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.protocol.state.ApiKeyRow;
import io.relaykv.statemachine.accounts.AccessTableRows;
import io.relaykv.statemachine.backup.BackupImage;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreContents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore brings into a store, and how it holds off everybody until it is whole. */
class RestoreTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final ByteString SHA = ByteString.copyFrom(new byte[32]);
  private static final ByteString OTHER_SHA = SHA.substring(1).concat(ByteString.copyFromUtf8("x"));

  private Path temp;
  private Replica replica;

  @BeforeEach
  void open(@TempDir Path directory) {
    temp = directory;
    replica = new Replica(directory.resolve("db"));
  }

  @AfterEach
  void close() {
    replica.close();
  }

  @Test
  void bringsAllThatApplicationsHadAndTheIdsGoOnBehindTheirs() throws IOException {
    Backup backup;
    SortedMap<String, String> before;
    try (Replica source = new Replica(temp.resolve("source"))) {
      RandomCommands commands = new RandomCommands(new Random(7));
      for (int i = 0; i < 2_000; i++) {
        source.apply(commands.next());
      }
      source.apply(createAccount("gone", 0));
      source.apply(deleteAccount("gone"));
      backup = Backup.of(source);
      before = ofApplications(StoreContents.of(source.store()));
    }
    restore(backup);

    assertThat(before).hasSizeGreaterThan(50);
    assertThat(ofApplications(StoreContents.of(replica.store()))).isEqualTo(before);
    QuotaTest.assertThatTheCountIsRight(replica, "the restored store");
    List<String> table = AccessTableRows.of(replica.access());
    replica.restart();
    assertThat(AccessTableRows.of(replica.access())).isEqualTo(table);
    long next = replica.apply(createAccount("next", 0)).getDone().getId();
    assertThat(next).isEqualTo(backup.header.getLastAccountId() + 1);
    assertThat(replica.apply(createApiKey("next", true, true)).getDone().getId())
        .isEqualTo(backup.header.getLastApiKeyId() + 1);
  }

  /** Sessions, former members, and what says how far the log is applied, are each cluster's own. */
  private static SortedMap<String, String> ofApplications(SortedMap<String, String> contents) {
    contents
        .keySet()
        .removeIf(
            key ->
                !key.startsWith("DATA/")
                    && !key.startsWith("ACCOUNTS/")
                    && !key.startsWith("API_KEYS/")
                    && !key.contains(hex("last_a")));
    return contents;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(ByteString.copyFromUtf8(text).toByteArray());
  }

  @Test
  void noApiKeyIsValidUntilItIsFinishedAlsoAfterARestart() {
    Backup backup = small();
    replica.apply(backup.begin());
    replica.apply(backup.rows(0));
    assertThat(replica.write(session(1, 1, 0, put(1, "k", "1")))).containsExactly(NOT_ALLOWED);
    assertThat(replica.access().apiKey(1)).isEmpty();
    replica.restart();
    assertThat(replica.access().apiKey(1)).isEmpty();
    assertThat(replica.write(session(1, 1, 0, put(1, "k", "1")))).containsExactly(NOT_ALLOWED);
    replica.apply(backup.rows(1));
    replica.apply(backup.finish());
    assertThat(replica.write(session(1, 1, 0, put(1, "k", "1")))).containsExactly(APPLIED);
    assertThat(replica.access().apiKey(1)).isPresent();
    replica.restart();
    assertThat(replica.access().apiKey(1)).isPresent();
  }

  @Test
  void accountsAndApiKeysStayAsTheyAreMeanwhile() {
    Backup backup = small();
    replica.apply(backup.begin());
    replica.apply(backup.rows(0));
    for (Command command :
        List.of(
            createAccount("new", 0),
            deleteAccount("shop"),
            createApiKey("shop", true, true),
            setEnabled(1, false),
            deleteApiKey(1))) {
      assertThat(refusal(replica.apply(command), Refusal.Reason.WRONG_STATE))
          .contains("a restore of the backup of cluster \"from\" as of log entry 812")
          .contains("00".repeat(32))
          .contains("2 of 3 keys are there");
    }
    replica.apply(backup.rows(1));
    replica.apply(backup.finish());
    assertThat(replica.apply(setEnabled(1, false)).hasDone()).isTrue();
  }

  @Test
  void goesOnWhereItWasInterrupted() {
    Backup backup = small();
    assertThat(replica.apply(backup.begin()).getDone().getId()).isZero();
    assertThat(replica.apply(backup.rows(0)).getDone().getId()).isEqualTo(1);
    SortedMap<String, String> contents = contents();
    assertThat(replica.apply(backup.rows(0)).getDone().getId()).isEqualTo(1);
    assertThat(contents()).as("after the same part again").isEqualTo(contents);
    replica.restart();
    assertThat(replica.apply(backup.begin()).getDone().getId()).isEqualTo(1);
    assertThat(replica.apply(backup.rows(1)).getDone().getId()).isEqualTo(2);
    assertThat(replica.apply(backup.finish()).hasDone()).isTrue();
    contents = contents();
    assertThat(replica.apply(backup.finish()).hasDone()).isTrue();
    assertThat(contents()).as("after the end again").isEqualTo(contents);
    assertThat(replica.value(1, "a")).hasValue("1");
    assertThat(replica.value(1, "b")).hasValue("2");
    assertThat(replica.value(2, "a")).hasValue("3");
  }

  private SortedMap<String, String> contents() {
    SortedMap<String, String> contents = StoreContents.of(replica.store());
    contents
        .keySet()
        .removeIf(key -> key.endsWith(hex("applied")) || key.endsWith(hex("log_time")));
    return contents;
  }

  @Test
  void takesNoPartOutOfTurnAndNoneOfAnotherBackup() {
    Backup backup = small();
    assertThat(refusal(replica.apply(backup.rows(0)), Refusal.Reason.WRONG_STATE))
        .isEqualTo("no restore is under way");
    assertThat(refusal(replica.apply(backup.finish()), Refusal.Reason.WRONG_STATE))
        .isEqualTo("no restore is under way");
    replica.apply(backup.begin());
    assertThat(refusal(replica.apply(backup.rows(1)), Refusal.Reason.WRONG_STATE))
        .contains("part 1 of the backup was to be restored, but part 0 is next");
    Backup other = new Backup(OTHER_SHA, backup.header, backup.counts, backup.parts);
    assertThat(refusal(replica.apply(other.begin()), Refusal.Reason.WRONG_STATE))
        .contains("is under way, 0 of 3 keys are there; go on with the file that has this SHA-256");
    assertThat(refusal(replica.apply(other.rows(0)), Refusal.Reason.WRONG_STATE))
        .contains("and not of this one");
    assertThat(refusal(replica.apply(other.finish()), Refusal.Reason.WRONG_STATE))
        .contains("and not of this one");
    assertThat(replica.access().accounts()).isEmpty();
  }

  @Test
  void isNotFinishedBeforeAllIsThere() {
    Backup backup = small();
    replica.apply(backup.begin());
    replica.apply(backup.rows(0));
    assertThat(refusal(replica.apply(backup.finish()), Refusal.Reason.WRONG_STATE))
        .contains("2 of 3 keys are there, and not all of it is there");
    assertThat(replica.access().apiKey(1)).isEmpty();
  }

  @Test
  void aClusterThatHoldsSomethingIsLeftAsItIs() {
    replica.apply(createAccount("demo", 0));
    replica.apply(createApiKey("demo", true, true));
    assertThat(refusal(replica.apply(small().begin()), Refusal.Reason.WRONG_STATE))
        .isEqualTo(
            "the cluster is not empty: it holds 1 account (demo) with 1 API key; restore into a new"
                + " cluster, or delete the accounts first");
    for (int i = 0; i < 6; i++) {
      replica.apply(createAccount("shop-" + i, 0));
    }
    assertThat(refusal(replica.apply(small().begin()), Refusal.Reason.WRONG_STATE))
        .contains("it holds 7 accounts (demo, shop-0, shop-1, shop-2, shop-3, ..) with 1 API key;");
    assertThat(replica.access().apiKey(1)).isPresent();
  }

  @Test
  void aClusterWhoseAccountsAreGoneGivesOutNoIdTwice() {
    for (int i = 0; i < 20; i++) {
      replica.apply(createAccount("a", 0));
      replica.apply(createApiKey("a", true, true));
      replica.apply(deleteAccount("a"));
    }
    restore(small());
    assertThat(replica.apply(createAccount("a", 0)).getDone().getId()).isEqualTo(21);
    assertThat(replica.apply(createApiKey("a", true, true)).getDone().getId()).isEqualTo(21);
  }

  @Test
  void whatIsRestoredAlreadyIsNotRestoredAgain() {
    Backup backup = small();
    restore(backup);
    assertThat(refusal(replica.apply(backup.begin()), Refusal.Reason.WRONG_STATE))
        .startsWith(
            "this backup has been restored here already, as a whole, at 2023-11-14T22:13:20Z, and"
                + " nothing was done now; it holds 2 accounts (shop, till) with 2 API keys");
    replica.apply(deleteAccount("shop"));
    replica.apply(deleteAccount("till"));
    restore(backup);
    assertThat(replica.value(1, "a")).hasValue("1");
  }

  @Test
  void whatAccountsHoldIsCounted() {
    Backup backup = small();
    restore(backup);
    assertThat(replica.access().account("till").orElseThrow().usedBytes()).isEqualTo(2);
    assertThat(replica.write(session(1, 2, 0, put(1, "k", "12345678"))))
        .containsExactly(OVER_QUOTA);
    assertThat(replica.write(session(1, 2, 0, put(2, "k", "1234567")))).containsExactly(APPLIED);
  }

  @Test
  void ofAPartThatIsWrongNothingIsTaken() {
    List<Consumer<BackupRows.Builder>> wrong =
        List.of(
            rows -> rows.addAccounts(account(3, "shop", 0)),
            rows -> rows.addAccounts(account(1, "new", 0)),
            rows -> rows.addAccounts(account(3, "a", 0)).addAccounts(account(3, "b", 0)),
            rows -> rows.addAccounts(account(3, "a", 0)).addAccounts(account(4, "a", 0)),
            rows -> rows.addAccounts(account(0, "a", 0)),
            rows -> rows.addAccounts(account(-1, "a", 0)),
            rows -> rows.addAccounts(account(10, "beyond", 0)),
            rows -> rows.addAccounts(account(3, "Not a name", 0)),
            rows -> rows.addAccounts(account(3, "a", -1)),
            rows -> rows.addApiKeys(key(1, 1)),
            rows -> rows.addApiKeys(key(3, 1)).addApiKeys(key(3, 1)),
            rows -> rows.addApiKeys(key(3, 7)),
            rows -> rows.addApiKeys(key(8, 1)),
            rows -> rows.addApiKeys(key(0, 1)),
            rows -> rows.addApiKeys(change(key(3, 1), row -> row.clearSecretSha256())),
            rows -> rows.addApiKeys(change(key(3, 1), row -> row.clearRead().clearWrite())),
            rows -> rows.addApiKeys(change(key(3, 1), row -> row.setExpiresAtMs(-1))),
            rows -> rows.addApiKeys(change(key(3, 1), row -> row.setLabel("\n"))),
            rows -> rows.addEntries(entry(7, "k", "1")),
            rows -> rows.addEntries(entry(1, "b", "1")),
            rows -> rows.addEntries(entry(1, "a", "1")),
            rows -> rows.addEntries(entry(1, "d", "1")).addEntries(entry(1, "c", "1")),
            rows -> rows.addEntries(entry(2, "d", "1")).addEntries(entry(1, "e", "1")),
            rows -> rows.addEntries(entry(1, "", "1")),
            rows -> rows.addEntries(entry(1, "not a key", "1")),
            rows -> rows.addEntries(entry(1, "x".repeat(513), "1")),
            rows -> rows.addEntries(entry(1, "x", "1".repeat(Limits.MAX_VALUE_BYTES + 1))),
            rows -> rows.addEntries(entry(2, "x", "1".repeat(10))));
    Backup backup = small();
    replica.apply(backup.begin());
    replica.apply(backup.rows(0));
    SortedMap<String, String> contents = contents();
    for (int i = 0; i < wrong.size(); i++) {
      BackupRows.Builder rows =
          BackupRows.newBuilder().addAccounts(account(5, "good", 0)).addApiKeys(key(4, 5));
      wrong.get(i).accept(rows);
      Backup bad =
          new Backup(SHA, backup.header, backup.counts, List.of(rows.build(), rows.build()));
      assertThat(refusal(replica.apply(bad.rows(1)), Refusal.Reason.MALFORMED))
          .as("%d", i)
          .startsWith("part 1: ")
          .matches("[ -~]*");
      assertThat(contents()).as("%d", i).isEqualTo(contents);
      assertThat(replica.access().accounts()).as("%d", i).hasSize(2);
      assertThat(replica.access().apiKeys()).as("%d", i).hasSize(2);
    }
    assertThat(replica.apply(backup.rows(1)).hasDone()).isTrue();
    assertThat(replica.apply(backup.finish()).hasDone()).isTrue();
  }

  private static BackupApiKey change(BackupApiKey key, Consumer<ApiKeyRow.Builder> change) {
    BackupApiKey.Builder changed = key.toBuilder();
    change.accept(changed.getRowBuilder());
    return changed.build();
  }

  @Test
  void aBeginThatIsWrongIsRefused() {
    Backup backup = small();
    List<Consumer<BeginRestore.Builder>> wrong =
        List.of(
            begin -> begin.clearBackupSha256(),
            begin -> begin.setBackupSha256(SHA.substring(1)),
            begin -> begin.getHeaderBuilder().setFormatVersion(2),
            begin -> begin.getHeaderBuilder().setClusterName("x".repeat(257)),
            begin -> begin.getHeaderBuilder().setLastAccountId(-1),
            begin -> begin.getHeaderBuilder().setLastApiKeyId(Long.MAX_VALUE));
    for (Consumer<BeginRestore.Builder> change : wrong) {
      Command.Builder begin = backup.begin().toBuilder();
      change.accept(begin.getBeginRestoreBuilder());
      assertThat(refusal(replica.apply(begin.build()), Refusal.Reason.MALFORMED)).matches("[ -~]+");
    }
    assertThat(replica.apply(createAccount("a", 0)).hasDone()).isTrue();
  }

  /** Whatever a part holds, it comes to the same on every replica, and the counts are right. */
  @Test
  void randomParts() {
    try (Replica other = new Replica(temp.resolve("other"))) {
      BackupHeader header = small().header;
      for (Replica one : List.of(replica, other)) {
        one.apply(new Backup(SHA, header, BackupCounts.getDefaultInstance(), List.of()).begin());
      }
      long[] next = {0, 0};
      SeededRun.of(
          "restore",
          input -> {
            BackupRows rows =
                (BackupRows)
                    RandomMessages.like(BackupRows.getDefaultInstance(), new BytesAsRandom(input));
            Command command = rows(SHA, next[0], rows);
            CommandResult result = replica.apply(command);
            assertThat(other.apply(command)).isEqualTo(result);
            if (result.hasDone()) {
              next[0] = result.getDone().getId();
            }
            if (++next[1] % 1_000 == 0) {
              other.restart();
            }
          });
      assertThat(StoreContents.of(other.store())).isEqualTo(StoreContents.of(replica.store()));
      QuotaTest.assertThatTheCountIsRight(replica, "what random parts made");
      assertThat(next[0]).as("parts that were taken").isGreaterThan(3);
    }
  }

  private void restore(Backup backup) {
    long next = replica.apply(backup.begin()).getDone().getId();
    for (; next < backup.parts.size(); next++) {
      assertThat(replica.apply(backup.rows((int) next)).hasDone()).isTrue();
    }
    assertThat(replica.apply(backup.finish()).hasDone()).isTrue();
  }

  private static String refusal(CommandResult result, Refusal.Reason reason) {
    assertThat(result.getRefusal().getReason()).as("%s", result).isEqualTo(reason);
    return result.getRefusal().getMessage();
  }

  /** Two accounts, the second with a quota of ten bytes, and three keys, in two parts. */
  private static Backup small() {
    return new Backup(
        SHA,
        BackupHeader.newBuilder()
            .setFormatVersion(1)
            .setClusterName("from")
            .setAppliedIndex(812)
            .setLastAccountId(9)
            .setLastApiKeyId(7)
            .build(),
        BackupCounts.newBuilder().setAccounts(2).setApiKeys(2).setKeys(3).setDataBytes(6).build(),
        List.of(
            BackupRows.newBuilder()
                .addAccounts(account(1, "shop", 0))
                .addAccounts(account(2, "till", 10))
                .addApiKeys(key(1, 1))
                .addApiKeys(key(2, 2))
                .addEntries(entry(1, "a", "1"))
                .addEntries(entry(1, "b", "2"))
                .build(),
            BackupRows.newBuilder().addEntries(entry(2, "a", "3")).build()));
  }

  private static BackupAccount account(long id, String name, long maxBytes) {
    return BackupAccount.newBuilder()
        .setId(id)
        // What the file says of its use does not count.
        .setRow(AccountRow.newBuilder().setName(name).setMaxBytes(maxBytes).setUsedBytes(77))
        .build();
  }

  private static BackupApiKey key(long id, long accountId) {
    return BackupApiKey.newBuilder()
        .setId(id)
        .setRow(
            ApiKeyRow.newBuilder()
                .setAccountId(accountId)
                .setSecretSha256(SHA)
                .setRead(true)
                .setWrite(true)
                .setEnabled(true))
        .build();
  }

  private static BackupEntry entry(long accountId, String key, String value) {
    return BackupEntry.newBuilder()
        .setAccountId(accountId)
        .setKey(key)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static Command rows(ByteString sha256, long number, BackupRows rows) {
    return Command.newBuilder()
        .setLeaderTimeMs(NOW)
        .setRestoreRows(
            RestoreRows.newBuilder().setBackupSha256(sha256).setNumber(number).setRows(rows))
        .build();
  }

  private record Backup(
      ByteString sha256, BackupHeader header, BackupCounts counts, List<BackupRows> parts) {
    static Backup of(Replica source) throws IOException {
      LiveStore live = new LiveStore();
      KvStore store = source.store();
      live.replace(() -> store);
      List<BackupRows> parts = new ArrayList<>();
      try (BackupImage image = BackupImage.freeze(live)) {
        BackupHeader header = image.header().setFormatVersion(1).build();
        for (Optional<BackupRows> part = image.next(); part.isPresent(); part = image.next()) {
          part.get()
              .getEntriesList()
              .forEach(entry -> parts.add(BackupRows.newBuilder().addEntries(entry).build()));
          parts.add(0, part.get().toBuilder().clearEntries().build());
        }
        return new Backup(SHA, header, image.counts(), parts);
      }
    }

    Command begin() {
      return Command.newBuilder()
          .setLeaderTimeMs(NOW)
          .setBeginRestore(
              BeginRestore.newBuilder().setBackupSha256(sha256).setHeader(header).setCounts(counts))
          .build();
    }

    Command rows(int number) {
      return RestoreTest.rows(sha256, number, parts.get(number));
    }

    Command finish() {
      return Command.newBuilder()
          .setLeaderTimeMs(NOW)
          .setFinishRestore(FinishRestore.newBuilder().setBackupSha256(sha256))
          .build();
    }
  }
}
