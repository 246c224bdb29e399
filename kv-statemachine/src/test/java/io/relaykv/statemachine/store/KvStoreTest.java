package io.relaykv.statemachine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class KvStoreTest {
  private static final long ACCOUNT = 7;

  private Path directory;

  @BeforeEach
  void chooseDirectory(@TempDir Path temp) {
    directory = temp.resolve("db");
  }

  @Test
  void whatCannotBeWrittenInTheBackgroundIsCounted() throws IOException {
    try (KvStore store = KvStore.open(directory)) {
      StoreBatch batch = store.newBatch();
      batch.commit(new Applied(1, 1));
      assertThat(store.backgroundErrors()).isZero();
      deleteAllIn(directory);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.checkpoint(new Applied(1, 1), directory.resolveSibling("copy")));
      assertThat(store.backgroundErrors()).isPositive();
    }
  }

  private static void deleteAllIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Test
  void isOfTheClusterThatClaimedItFirst() {
    try (KvStore store = KvStore.open(directory)) {
      store.claim("one");
    }
    try (KvStore store = KvStore.open(directory)) {
      store.claim("one");
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.claim("another"))
          .withMessageStartingWith(
              "the database in %s is of cluster one, not of this one, another; ", directory);
    }
  }

  @Test
  void oneThatHoldsEntriesCannotBeClaimedAnyMore() {
    try (KvStore store = KvStore.open(directory)) {
      StoreBatch batch = store.newBatch();
      batch.commit(new Applied(1, 1));
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.claim("one"))
          .withMessageContaining("is of cluster unknown");
    }
  }

  @Test
  void aNewStoreHoldsNothing() {
    assertThat(KvStore.exists(directory)).isFalse();
    try (KvStore store = KvStore.open(directory)) {
      assertThat(store.applied()).isEqualTo(Applied.NOTHING);
      assertThat(store.logTime()).isEqualTo(LogTime.START);
      assertThat(store.get(ACCOUNT, "a")).isNull();
      assertThat(store.scanKeys(ACCOUNT, "", "", 10, 100))
          .isEqualTo(new ScanPage(List.of(), false));
    }
    assertThat(KvStore.exists(directory)).isTrue();
  }

  @Test
  void aBatchTakesEffectWhenItIsCommittedAndAllAtOnce() {
    try (KvStore store = KvStore.open(directory)) {
      StoreBatch batch = store.newBatch();
      batch.put(ACCOUNT, "a", bytes("1"));
      batch.putSession(bytes("session"), bytes("row"));
      batch.putLogTime(new LogTime(10, 1000));
      assertThat(store.get(ACCOUNT, "a")).isNull();
      batch.commit(new Applied(2, 5));
      assertThat(store.get(ACCOUNT, "a")).isEqualTo(bytes("1"));
      assertThat(store.logTime()).isEqualTo(new LogTime(10, 1000));
      assertThat(store.applied()).isEqualTo(new Applied(2, 5));
      store.forEachSession(
          (id, row) -> {
            assertThat(id).isEqualTo(bytes("session"));
            assertThat(row).isEqualTo(bytes("row"));
          });
    }
  }

  @Test
  void theLastChangeInABatchWins() {
    try (KvStore store = KvStore.open(directory)) {
      StoreBatch batch = store.newBatch();
      batch.put(ACCOUNT, "kept", bytes("1"));
      batch.put(ACCOUNT, "kept", bytes("2"));
      batch.put(ACCOUNT, "gone", bytes("1"));
      batch.delete(ACCOUNT, "gone");
      batch.delete(ACCOUNT, "back");
      batch.put(ACCOUNT, "back", bytes("3"));
      batch.delete(ACCOUNT, "never there");
      batch.commit(new Applied(1, 1));
      assertThat(store.get(ACCOUNT, "kept")).isEqualTo(bytes("2"));
      assertThat(store.get(ACCOUNT, "gone")).isNull();
      assertThat(store.get(ACCOUNT, "back")).isEqualTo(bytes("3"));
    }
  }

  @Test
  void anEmptyValueIsAValue() {
    try (KvStore store = KvStore.open(directory)) {
      put(store, 1, ACCOUNT, "empty", "");
      assertThat(store.get(ACCOUNT, "empty")).isNotNull().isEmpty();
    }
  }

  @Test
  void whatWasWrittenIsThereAfterClosingAndOpening() {
    SortedMap<String, String> before;
    try (KvStore store = KvStore.open(directory)) {
      put(store, 1, ACCOUNT, "a", "1");
      put(store, 2, ACCOUNT, "b", "2");
      before = StoreContents.of(store);
    }
    try (KvStore store = KvStore.open(directory)) {
      assertThat(StoreContents.of(store)).isEqualTo(before);
    }
  }

  @Test
  void aCheckpointHoldsAllRowsAndStaysAsItWasMade(@TempDir Path temp) {
    Path checkpoint = temp.resolve("checkpoint");
    SortedMap<String, String> then;
    try (KvStore store = KvStore.open(directory)) {
      put(store, 1, ACCOUNT, "a", "1");
      put(store, 2, -1, "a", "2");
      store.checkpoint(new Applied(3, 9), checkpoint);
      then = StoreContents.of(store);
      assertThat(store.applied()).isEqualTo(new Applied(3, 9));
      put(store, 10, ACCOUNT, "a", "changed");
      store.checkpoint(new Applied(3, 10), temp.resolve("later"));
    }
    try (KvStore copy = KvStore.open(checkpoint)) {
      assertThat(StoreContents.of(copy)).isEqualTo(then);
      put(copy, 11, ACCOUNT, "a", "in the copy");
    }
    try (KvStore store = KvStore.open(directory)) {
      assertThat(store.get(ACCOUNT, "a")).isEqualTo(bytes("changed"));
    }
  }

  @Test
  void aCheckpointIsNotMadeOverAnExistingDirectory(@TempDir Path temp) throws IOException {
    Path existing = Files.createDirectory(temp.resolve("existing"));
    try (KvStore store = KvStore.open(directory)) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.checkpoint(new Applied(1, 1), existing))
          .withMessageContaining("existing");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, KvStore.FORMAT_VERSION + 1})
  void aDatabaseOfAnotherFormatIsRefusedAndLeftAlone(int format) throws RocksDBException {
    try (KvStore store = KvStore.open(directory);
        WriteBatch batch = new WriteBatch()) {
      byte[] row = ByteBuffer.allocate(4).putInt(format).array();
      batch.put(store.handle(Family.META), bytes("format"), row);
      store.write(batch);
    }
    // Twice: a refusal must not keep the database locked.
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> KvStore.open(directory))
          .withMessage(
              "the database in %s has format %d; this version of RelayKV reads format 2",
              directory, format);
    }
  }

  @Test
  void aDatabaseWithoutItsManifestIsRefused() throws IOException {
    KvStore.open(directory).close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> file.toString().contains("MANIFEST")).toList()) {
        Files.delete(file);
      }
    }
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> KvStore.open(directory))
        .withMessageContaining("cannot open the database in " + directory);
  }

  @Test
  void aDatabaseIsOpenOnce() {
    try (KvStore store = KvStore.open(directory)) {
      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> KvStore.open(directory));
      assertThat(store.applied()).isEqualTo(Applied.NOTHING);
    }
  }

  private static void put(KvStore store, long index, long account, String key, String value) {
    StoreBatch batch = store.newBatch();
    batch.put(account, key, bytes(value));
    batch.commit(new Applied(1, index));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
