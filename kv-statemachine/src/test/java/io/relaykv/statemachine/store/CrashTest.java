package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
  private static final long ACCOUNT = 7;
  private static final byte[] SESSION = new byte[16];

  @Test
  void whatWasOnlyInMemoryIsGoneAsAWhole(@TempDir Path temp) throws IOException {
    try (KvStore store = KvStore.open(temp.resolve("db"))) {
      write(store, 1, new byte[10]);
      store.checkpoint(new Applied(1, 1), temp.resolve("checkpoint"));
      write(store, 2, new byte[10]);
      CrashedCopy.of(temp.resolve("db"), temp.resolve("crashed"));
    }
    try (KvStore crashed = KvStore.open(temp.resolve("crashed"))) {
      assertThatItHoldsThePrefixOf(crashed, 1);
    }
  }

  @Test
  void aCrashAtAnyMomentLeavesAPrefixOfTheBatchesInAllFamilies(@TempDir Path temp)
      throws IOException {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] padding = new byte[1 << 18];
    Set<Long> durable = new HashSet<>();
    try (KvStore store = KvStore.open(temp.resolve("db"))) {
      // Three times what memory holds, so that RocksDB writes tables meanwhile, when it likes; and
      // as much again if the disk is so slow that it has written but one.
      for (int index = 1; index <= 400 || (index <= 800 && durable.size() <= 2); index++) {
        random.nextBytes(padding);
        write(store, index, padding);
        if (index % 25 == 0) {
          Path copy = CrashedCopy.of(temp.resolve("db"), temp.resolve("crashed" + index));
          try (KvStore crashed = KvStore.open(copy)) {
            long applied = crashed.applied().index();
            assertThat(applied).isLessThanOrEqualTo(index);
            assertThatItHoldsThePrefixOf(crashed, applied);
            durable.add(applied);
          }
        }
      }
    }
    assertThat(durable).as("relaykv.test.seed=%d: tables were written", seed).hasSizeGreaterThan(2);
  }

  private static void write(KvStore store, long index, byte[] padding) {
    StoreBatch batch = store.newBatch();
    byte[] number = ByteBuffer.allocate(8).putLong(index).array();
    batch.put(ACCOUNT, "last", number);
    batch.put(ACCOUNT, "padding/" + index % 50, padding);
    batch.put(ACCOUNT, "all/" + index, number);
    batch.putSession(SESSION, number);
    batch.putLogTime(new LogTime(index, index));
    batch.commit(new Applied(1, index));
  }

  private static void assertThatItHoldsThePrefixOf(KvStore store, long index) {
    byte[] number = ByteBuffer.allocate(8).putLong(index).array();
    if (index < 0) {
      assertThat(store.scanKeys(ACCOUNT, "", "", 10, 1000).keys()).isEmpty();
      number = null;
    }
    assertThat(store.applied().index()).isEqualTo(index);
    assertThat(store.get(ACCOUNT, "last")).isEqualTo(number);
    assertThat(store.logTime().ms()).isEqualTo(Math.max(0, index));
    assertThat(store.scanKeys(ACCOUNT, "all/", "", 1000, 100_000).keys())
        .hasSize((int) Math.max(0, index));
    int[] sessions = {0};
    byte[] expected = number;
    store.forEachSession(
        (id, row) -> {
          sessions[0]++;
          assertThat(row).isEqualTo(expected);
        });
    assertThat(sessions[0]).isEqualTo(index < 0 ? 0 : 1);
  }
}
