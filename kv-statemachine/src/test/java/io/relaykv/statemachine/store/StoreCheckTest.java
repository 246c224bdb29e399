package io.relaykv.statemachine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreCheckTest {
  private static final Applied APPLIED = new Applied(3, 41);

  private Path directory;

  @BeforeEach
  void makeAStore(@TempDir Path temp) {
    directory = temp.resolve("db");
    try (KvStore store = KvStore.open(directory)) {
      StoreBatch batch = store.newBatch();
      byte[] value = new byte[1 << 12];
      new Random(1).nextBytes(value);
      for (int i = 0; i < 100; i++) {
        batch.put(7, "key/" + i, value);
      }
      batch.commit(APPLIED);
    }
  }

  @Test
  void aWholeDatabasePassesAndIsLeftAsItIs() throws IOException {
    byte[] current = Files.readAllBytes(directory.resolve("CURRENT"));
    assertThat(StoreCheck.verify(directory)).isEqualTo(APPLIED);
    assertThat(directory.resolve("CURRENT")).hasBinaryContent(current);
  }

  @Test
  void whatANewerVersionHasWrittenIsNoDamageEither() throws Exception {
    try (KvStore store = KvStore.open(directory)) {
      assertThat(store.featureLevel()).isEqualTo(FeatureLevels.FIRST);
      StoreBatch batch = store.newBatch();
      batch.putFeatureLevel(FeatureLevels.supported() + 1);
      batch.commit(APPLIED);
    }
    addColumnFamily("of a newer version");

    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> StoreCheck.verify(directory), () -> StoreCheck.requireReadable(directory))) {
      assertThatExceptionOfType(NodeTooOldException.class)
          .isThrownBy(look)
          .withMessageStartingWith(
              "the database in %s has feature level %d, and "
                  .formatted(directory, FeatureLevels.supported() + 1));
    }
  }

  private void addColumnFamily(String name) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    for (Family family : Family.values()) {
      families.add(new ColumnFamilyDescriptor(family.nameBytes()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        RocksDB db = RocksDB.open(options, directory.toString(), families, handles)) {
      handles.add(db.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(US_ASCII))));
      handles.forEach(ColumnFamilyHandle::close);
    }
  }

  @Test
  void noDatabaseIsNoDamage(@TempDir Path empty) {
    assertThat(StoreCheck.verify(empty)).isEqualTo(Applied.NOTHING);
    assertThat(StoreCheck.verify(empty.resolve("missing"))).isEqualTo(Applied.NOTHING);
    assertThat(empty.resolve("missing")).doesNotExist();
  }

  @Test
  void aFlippedBitInATableIsFoundThoughNobodyReadsIt() throws IOException {
    Path table = largestTable();
    byte[] content = Files.readAllBytes(table);
    content[content.length / 2] ^= 1;
    Files.write(table, content);

    KvStore.open(directory).close();
    assertRefused(table.getFileName().toString());
  }

  @Test
  void aMissingOrShortTableIsFound() throws IOException {
    Path table = largestTable();
    byte[] content = Files.readAllBytes(table);
    Files.write(table, new byte[100]);
    assertRefused(table.getFileName().toString());
    Files.delete(table);
    assertRefused(table.getFileName().toString());
    Files.write(table, content);
    assertThat(StoreCheck.verify(directory)).isEqualTo(APPLIED);
  }

  @Test
  void aDamagedOrMissingManifestIsFound() throws IOException {
    Path manifest =
        directory.resolve(Files.readString(directory.resolve("CURRENT"), US_ASCII).strip());
    byte[] content = Files.readAllBytes(manifest);
    content[content.length / 2] ^= 1;
    Files.write(manifest, content);
    assertRefused("the database in " + directory + " is damaged");
    Files.delete(manifest);
    assertRefused("the database in " + directory + " is damaged");
  }

  @Test
  void aDatabaseWithoutCurrentIsNotTakenForAnEmptyOne() throws IOException {
    Files.writeString(directory.resolve("CURRENT"), "MANIFEST-999999\n");
    assertRefused("the database in " + directory + " is damaged");
    Files.delete(directory.resolve("CURRENT"));
    assertRefused(directory + " has lost its file CURRENT");
  }

  /** The one with the values. */
  private Path largestTable() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  private void assertRefused(String reason) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> StoreCheck.verify(directory))
        .withMessageContaining(reason);
  }
}
