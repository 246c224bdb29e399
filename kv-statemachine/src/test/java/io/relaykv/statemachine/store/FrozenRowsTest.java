package io.relaykv.statemachine.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenRowsTest {
  private static final int ALL = 1 << 30;

  private KvStore store;

  @BeforeEach
  void open(@TempDir Path temp) {
    store = KvStore.open(temp);
    StoreBatch batch = store.newBatch();
    batch.takeAccountId();
    batch.raiseLastApiKeyId(17);
    batch.putAccount(2, bytes("two"));
    batch.putAccount(1, bytes("one"));
    batch.putApiKey(17, bytes("key"));
    batch.putSession(bytes("session"), bytes("row"));
    batch.putFormerMember("n9", bytes("row"));
    batch.put(2, "a", bytes("2a"));
    batch.put(1, "b", bytes("1b"));
    batch.put(1, "B", bytes("1B"));
    batch.commit(new Applied(3, 44));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void showsWhatApplicationsHaveInOrderAndNothingElse() {
    try (FrozenRows rows = store.freezeRows()) {
      assertThat(piece(rows, ALL, false))
          .containsExactly(
              "account 1 one", "account 2 two", "key 17 key", "1 B 1B", "1 b 1b", "2 a 2a");
      assertThat(rows.applied()).isEqualTo(new Applied(3, 44));
      assertThat(rows.lastAccountId()).isEqualTo(1);
      assertThat(rows.lastApiKeyId()).isEqualTo(17);
    }
  }

  @Test
  void showsTheRowsOfOneMomentWhateverIsWrittenBehindIt() {
    try (FrozenRows rows = store.freezeRows()) {
      List<String> read = new ArrayList<>(piece(rows, 1, true));
      StoreBatch batch = store.newBatch();
      batch.takeAccountId();
      batch.deleteAccount(1);
      batch.put(2, "a", bytes("another"));
      batch.put(2, "new", bytes("new"));
      batch.putAccount(3, bytes("three"));
      batch.commit(new Applied(3, 45));
      read.addAll(piece(rows, ALL, false));
      assertThat(read)
          .containsExactly(
              "account 1 one", "account 2 two", "key 17 key", "1 B 1B", "1 b 1b", "2 a 2a");
      assertThat(rows.applied()).isEqualTo(new Applied(3, 44));
      assertThat(rows.lastAccountId()).isEqualTo(1);
    }
  }

  @Test
  void aPieceTakesNoMoreThanItMayUnlessItIsOneRow() {
    StoreBatch batch = store.newBatch();
    for (int i = 0; i < 100; i++) {
      batch.put(3, "key/%03d".formatted(i), new byte[1_000]);
    }
    batch.put(3, "large", new byte[50_000]);
    batch.put(3, "small", new byte[1]);
    batch.commit(new Applied(3, 45));
    List<Integer> sizes = new ArrayList<>();
    List<String> all = new ArrayList<>();
    try (FrozenRows rows = store.freezeRows()) {
      boolean more = true;
      while (more) {
        Collected piece = new Collected();
        more = rows.readNext(10_000, piece);
        sizes.add(piece.bytes);
        all.addAll(piece.rows);
      }
    }
    assertThat(all).hasSize(6 + 102).doesNotHaveDuplicates();
    assertThat(sizes).contains(50_000 + "large".length());
    sizes.remove((Integer) (50_000 + "large".length()));
    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 10_000));
  }

  @Test
  void anEmptyStoreHasNoRows(@TempDir Path other) {
    try (KvStore empty = KvStore.open(other);
        FrozenRows rows = empty.freezeRows()) {
      assertThat(piece(rows, ALL, false)).isEmpty();
      assertThat(rows.applied()).isEqualTo(Applied.NOTHING);
      assertThat(rows.lastAccountId()).isZero();
    }
  }

  @Test
  void letsGoOfTheMomentOnce() {
    FrozenRows rows = store.freezeRows();
    assertThat(store.frozen()).isEqualTo(1);
    rows.close();
    assertThat(store.frozen()).isZero();
    rows.close();
    assertThat(store.frozen()).isZero();
  }

  private static List<String> piece(FrozenRows rows, int maxBytes, boolean more) {
    Collected piece = new Collected();
    assertThat(rows.readNext(maxBytes, piece)).isEqualTo(more);
    return piece.rows;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static final class Collected implements FrozenRows.Visitor {
    private final List<String> rows = new ArrayList<>();
    private int bytes;

    @Override
    public void account(long id, byte[] row) {
      add("account " + id, "", row);
    }

    @Override
    public void apiKey(long id, byte[] row) {
      add("key " + id, "", row);
    }

    @Override
    public void entry(long accountId, String key, byte[] value) {
      add(accountId + " " + key, key, value);
    }

    private void add(String what, String key, byte[] value) {
      rows.add(what + " " + new String(value, UTF_8));
      bytes += key.length() + value.length;
    }
  }
}
