package io.relaykv.statemachine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class FrozenContentTest {
  private static final int ALL = 1 << 30;

  @TempDir Path temp;

  private int stores;

  @Test
  void noTwoListsOfRowsAreHashedAsTheSameBytes() {
    List<Consumer<ContentDigest>> lists =
        List.of(
            digest -> {},
            digest -> digest.add(Family.DATA, bytes(""), bytes("")),
            digest -> digest.add(Family.DATA, bytes("ab"), bytes("c")),
            digest -> digest.add(Family.DATA, bytes("a"), bytes("bc")),
            digest -> digest.add(Family.DATA, bytes("abc"), bytes("")),
            digest -> digest.add(Family.META, bytes("ab"), bytes("c")),
            digest -> digest.add(Family.DATA, bytes("ab"), bytes("c\0\0\0\4data\0\0\0\1d\0\0\0\0")),
            digest -> {
              digest.add(Family.DATA, bytes("ab"), bytes("c"));
              digest.add(Family.DATA, bytes("d"), bytes(""));
            },
            digest -> {
              digest.add(Family.DATA, bytes("d"), bytes(""));
              digest.add(Family.DATA, bytes("ab"), bytes("c"));
            });
    Set<String> digests = new HashSet<>();
    for (Consumer<ContentDigest> rows : lists) {
      ContentDigest digest = new ContentDigest();
      rows.accept(digest);
      digests.add(HexFormat.of().formatHex(digest.finish()));
    }
    assertThat(digests).hasSameSizeAs(lists);
  }

  @Test
  void theSameContentHasTheSameDigestHoweverItCameAbout() throws RocksDBException {
    String expected;
    try (KvStore store = fill(newStore())) {
      expected = digest(store, ALL);
      assertThat(digest(store, 1)).as("row by row").isEqualTo(expected);
      assertThat(digest(store, 5_000)).as("in pieces").isEqualTo(expected);
      store.checkpoint(store.applied(), temp.resolve("checkpoint"));
      assertThat(digest(store, 5_000)).as("flushed").isEqualTo(expected);
    }
    Path rewritten = temp.resolve("rewritten");
    try (KvStore store = KvStore.open(rewritten)) {
      for (int i = 0; i < 1000; i++) {
        put(store, i, "key/" + i, "another value");
        put(store, i, "gone/" + i, "1");
        if (i % 250 == 0) {
          store.checkpoint(store.applied(), temp.resolve("on-the-way-" + i));
        }
      }
      for (int i = 0; i < 1000; i++) {
        StoreBatch batch = store.newBatch();
        batch.delete(1, "gone/" + i);
        batch.commit(new Applied(1, i));
      }
      fill(store);
      assertThat(digest(store, 5_000)).as("written over").isEqualTo(expected);
    }
    compact(rewritten);
    try (KvStore store = KvStore.open(rewritten)) {
      assertThat(digest(store, 5_000)).as("compacted").isEqualTo(expected);
    }
    try (KvStore copy = KvStore.open(temp.resolve("checkpoint"))) {
      assertThat(digest(copy, 5_000)).as("from a snapshot").isEqualTo(expected);
    }
  }

  @Test
  void everyDifferenceInWhatIsReplicatedMakesAnotherDigest() {
    List<Consumer<StoreBatch>> changes =
        List.of(
            batch -> {},
            batch -> batch.put(1, "key/500", bytes("value of 50O")),
            batch -> batch.put(1, "key/500/more", bytes("")),
            batch -> batch.put(2, "key/500", bytes("value of 500")),
            batch -> batch.delete(1, "key/999"),
            batch -> batch.putSession(bytes("session"), bytes("row ")),
            batch -> batch.deleteSession(bytes("session")),
            batch -> batch.putAccount(1, bytes("account1")),
            batch -> batch.putApiKey(2, bytes("key")),
            batch -> batch.takeAccountId(),
            batch -> batch.takeApiKeyId(),
            batch -> batch.putLogTime(new LogTime(5, 7)),
            batch -> batch.putLastCheck(78));
    List<String> digests = new ArrayList<>();
    for (Consumer<StoreBatch> change : changes) {
      try (KvStore store = fill(newStore())) {
        StoreBatch batch = store.newBatch();
        change.accept(batch);
        batch.commit(store.applied());
        digests.add(digest(store, 5_000));
      }
    }
    try (KvStore store = fill(newStore())) {
      StoreBatch batch = store.newBatch();
      batch.commit(new Applied(2, store.applied().index()));
      digests.add(digest(store, 5_000));
    }
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void whatIsTheDatabasesOwnIsLeftOut() throws RocksDBException {
    Set<String> rows = new TreeSet<>();
    try (KvStore store = fill(newStore());
        WriteBatch another = new WriteBatch()) {
      StoreBatch batch = store.newBatch();
      batch.takeAccountId();
      batch.commit(store.applied());
      StoreBatch second = store.newBatch();
      second.takeApiKeyId();
      second.commit(store.applied());
      store.forEachRow(Family.META, (key, value) -> rows.add(new String(key, US_ASCII)));
      String before = digest(store, ALL);
      another.put(store.handle(Family.META), KvStore.formatRowKey(), bytes("another"));
      store.write(another);
      assertThat(digest(store, ALL)).isEqualTo(before);
    }
    assertThat(rows)
        .as("a new row: is it the same on all nodes? If not, FrozenContent must leave it out")
        .containsExactly(
            "applied", "format", "last_account_id", "last_api_key_id", "last_check", "log_time");
  }

  @Test
  void isOfTheMomentAtWhichItWasFrozen() {
    try (KvStore store = fill(newStore())) {
      String before = digest(store, ALL);
      try (FrozenContent frozen = store.freeze()) {
        StoreBatch batch = store.newBatch();
        for (int i = 0; i < 500; i++) {
          batch.put(1, "key/" + i, bytes("changed"));
          batch.put(1, "new/" + i, bytes("1"));
          batch.delete(1, "key/" + (999 - i));
        }
        batch.deleteAccount(2);
        batch.deleteSession(bytes("session"));
        batch.commit(new Applied(9, 9999));
        assertThat(frozen.hashNext(5_000)).isTrue();
        store.checkpoint(store.applied(), temp.resolve("meanwhile"));
        assertThat(rest(frozen, 5_000)).isEqualTo(before);
      }
      assertThat(digest(store, ALL)).isNotEqualTo(before);
    }
  }

  @Test
  void hasNoDigestBeforeAllIsHashed() {
    try (KvStore store = fill(newStore());
        FrozenContent frozen = store.freeze()) {
      assertThat(frozen.hashNext(5_000)).isTrue();
      assertThat(frozen.hashedBytes()).isBetween(5_000L, 6_000L);
      assertThatIllegalStateException().isThrownBy(frozen::digest);
    }
  }

  @Test
  void aStoreClosesWithoutWaitingForIt() {
    KvStore store = fill(newStore());
    FrozenContent frozen = store.freeze();
    store.freeze().close();
    assertThat(frozen.hashNext(1)).isTrue();
    store.close();
    frozen.close();
    frozen.close();
  }

  private static void compact(Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> families =
        Arrays.stream(Family.values())
            .map(family -> new ColumnFamilyDescriptor(family.nameBytes()))
            .toList();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, directory.toString(), families, handles)) {
      for (ColumnFamilyHandle handle : handles) {
        db.compactRange(handle);
        handle.close();
      }
    }
  }

  private KvStore newStore() {
    return KvStore.open(temp.resolve("store" + stores++));
  }

  private static KvStore fill(KvStore store) {
    for (int i = 0; i < 1000; i++) {
      put(store, i, "key/" + i, "value of " + i);
    }
    StoreBatch batch = store.newBatch();
    batch.put(2, "a", bytes("1"));
    batch.putAccount(1, bytes("account"));
    batch.putApiKey(1, bytes("key"));
    batch.putSession(bytes("session"), bytes("row"));
    batch.putLogTime(new LogTime(5, 6));
    batch.putLastCheck(77);
    batch.commit(new Applied(1, 1000));
    return store;
  }

  private static void put(KvStore store, long index, String key, String value) {
    StoreBatch batch = store.newBatch();
    batch.put(1, key, bytes(value));
    batch.commit(new Applied(1, index));
  }

  private static String digest(KvStore store, int pieceBytes) {
    try (FrozenContent frozen = store.freeze()) {
      return rest(frozen, pieceBytes);
    }
  }

  private static String rest(FrozenContent frozen, int pieceBytes) {
    while (frozen.hashNext(pieceBytes)) {
      // on to the next piece
    }
    return HexFormat.of().formatHex(frozen.digest());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
