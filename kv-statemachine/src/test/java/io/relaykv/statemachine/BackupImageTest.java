package io.relaykv.statemachine;

import static io.relaykv.statemachine.Commands.put;
import static io.relaykv.statemachine.Commands.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.protocol.Limits;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.log.Command;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.backup.BackupImage;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupImageTest {
  private static final long NOW = 1_700_000_000_000L;

  private final LiveStore live = new LiveStore();
  private Path temp;
  private CommandApplier applier;
  private long sequence;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    temp = directory;
    open("db");
    Commands.accounts(2).forEach(this::apply);
  }

  private void open(String name) throws IOException {
    live.replace(
        () -> {
          KvStore store = KvStore.open(temp.resolve(name));
          applier = new CommandApplier(store, AccessTable.load(store), FormerMembers.load(store));
          return store;
        });
  }

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void isAsOfOneLogEntry() {
    write("k", "1");
    long index = live.with(KvStore::applied).index();
    BackupImage image = BackupImage.freeze(live);
    write("k", "2");
    write("l", "2");
    apply(Commands.createAccount("later", 0));

    BackupHeader header = image.header().build();
    BackupRows rows = image.next().orElseThrow();

    assertThat(header.getAppliedIndex()).isEqualTo(index);
    assertThat(header.getTerm()).isEqualTo(1);
    assertThat(header.getLastAccountId()).isEqualTo(2);
    assertThat(header.getLastApiKeyId()).isEqualTo(2);
    assertThat(rows.getAccountsList())
        .extracting(account -> account.getId() + " " + account.getRow().getName())
        .containsExactly("1 account-1", "2 account-2");
    assertThat(rows.getApiKeysList())
        .extracting(key -> key.getId() + " of " + key.getRow().getAccountId())
        .containsExactly("1 of 1", "2 of 2");
    assertThat(rows.getEntriesList())
        .extracting(
            entry -> entry.getAccountId() + entry.getKey() + entry.getValue().toStringUtf8())
        .containsExactly("1k1");
    assertThat(image.next()).isEmpty();
    assertThat(image.counts())
        .isEqualTo(
            BackupCounts.newBuilder()
                .setAccounts(2)
                .setApiKeys(2)
                .setKeys(1)
                .setDataBytes(2)
                .build());
    image.close();
  }

  @Test
  void noPartIsLargerThanItMayBe() {
    String largest = "\"" + "v".repeat(Limits.MAX_VALUE_BYTES - 2) + "\"";
    write("a", largest);
    write("k".repeat(Limits.MAX_KEY_BYTES), largest);
    for (int i = 0; i < 3_000; i++) {
      write("small/" + i, "\"" + "v".repeat(i) + "\"");
    }
    List<Integer> sizes = new ArrayList<>();
    long keys = 0;
    try (BackupImage image = BackupImage.freeze(live)) {
      for (Optional<BackupRows> part = image.next(); part.isPresent(); part = image.next()) {
        sizes.add(part.get().getSerializedSize());
        keys += part.get().getEntriesCount();
      }
    }
    assertThat(keys).isEqualTo(3_002);
    assertThat(sizes)
        .hasSizeBetween(7, 12)
        .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(Limits.MAX_BACKUP_PART_BYTES));
  }

  @Test
  void anEmptyStoreHasNoParts() throws IOException {
    open("empty");
    try (BackupImage image = BackupImage.freeze(live)) {
      assertThat(image.header().getAppliedIndex()).isZero();
      assertThat(image.next()).isEmpty();
      assertThat(image.counts()).isEqualTo(BackupCounts.getDefaultInstance());
    }
  }

  @Test
  void endsWhenTheStoreIsReplacedOrClosed() throws IOException {
    write("k", "1");
    BackupImage image = BackupImage.freeze(live);
    open("another");
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(image::next);
    image.close();
    BackupImage second = BackupImage.freeze(live);
    live.close();
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(second::next);
    second.close();
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> BackupImage.freeze(live));
  }

  @Test
  void letsGoOfTheStoreWhenItIsClosed() {
    BackupImage image = BackupImage.freeze(live);
    assertThat(live.with(KvStore::frozen)).isEqualTo(1);
    image.close();
    assertThat(live.with(KvStore::frozen)).isZero();
    assertThat(image.next()).isEmpty();
  }

  private void write(String key, String value) {
    apply(Commands.command(NOW, session(1, 1, 0, put(++sequence, key, value))));
  }

  private void apply(Command command) {
    long index = live.with(KvStore::applied).index() + 1;
    var unused = applier.apply(command, new Applied(1, index));
  }
}
