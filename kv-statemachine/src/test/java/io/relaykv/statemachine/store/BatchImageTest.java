package io.relaykv.statemachine.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** RocksDB's own batches are the measure: the same changes give the same bytes. */
class BatchImageTest {
  @TempDir private Path directory;

  @Test
  void isWhatRocksDbWouldHaveMade() throws RocksDBException {
    Random random = new Random(7);
    List<Family> families =
        Stream.of(Family.values()).filter(family -> family != Family.DEFAULT).toList();
    try (KvStore store = KvStore.open(directory);
        WriteBatch expected = new WriteBatch()) {
      BatchImage image = new BatchImage();
      for (int row = 0; row < 2000; row++) {
        Family family = families.get(random.nextInt(families.size()));
        byte[] key = bytes(random, 40);
        byte[] value = bytes(random, row % 100 == 0 ? 70_000 : 300);
        long account = random.nextLong();
        String name = "flag/" + "x".repeat(random.nextInt(300));
        ColumnFamilyHandle handle = store.handle(family);
        int id = store.id(family);
        switch (random.nextInt(5)) {
          case 0 -> {
            image.put(id, key, value);
            expected.put(handle, key, value);
          }
          case 1 -> {
            image.put(id, account, name, value);
            expected.put(handle, KeyLayout.dataKey(account, name), value);
          }
          case 2 -> {
            image.delete(id, key);
            expected.delete(handle, key);
          }
          case 3 -> {
            image.delete(id, account, name);
            expected.delete(handle, KeyLayout.dataKey(account, name));
          }
          default -> {
            image.deleteRange(id, key, value);
            expected.deleteRange(handle, key, value);
          }
        }
      }
      try (WriteBatch batch = image.toBatch()) {
        assertThat(batch.data()).isEqualTo(expected.data());
        assertThat(batch.count()).isEqualTo(2000);
      }
    }
  }

  @Test
  void maySayNothing() throws RocksDBException {
    try (WriteBatch expected = new WriteBatch();
        WriteBatch batch = new BatchImage().toBatch()) {
      assertThat(batch.data()).isEqualTo(expected.data());
    }
  }

  private static byte[] bytes(Random random, int limit) {
    return "y".repeat(random.nextInt(limit)).getBytes(US_ASCII);
  }
}
