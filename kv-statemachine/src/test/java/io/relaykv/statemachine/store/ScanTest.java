package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanTest {
  private static final long[] ACCOUNTS = {1, 2, 255, 256, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1};

  private KvStore store;
  private long index;

  @BeforeEach
  void open(@TempDir Path directory) {
    store = KvStore.open(directory.resolve("db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void startsBehindAfterWhereverItLies() {
    put(1, "a", "b", "b/1", "b/2", "b/3", "c");
    assertThat(scan(1, "b", "").keys()).containsExactly("b", "b/1", "b/2", "b/3");
    assertThat(scan(1, "b", "a").keys()).as("below").containsExactly("b", "b/1", "b/2", "b/3");
    assertThat(scan(1, "b", "b").keys()).as("the prefix").containsExactly("b/1", "b/2", "b/3");
    assertThat(scan(1, "b", "b/1").keys()).as("a key").containsExactly("b/2", "b/3");
    assertThat(scan(1, "b", "b/11").keys()).as("no key").containsExactly("b/2", "b/3");
    assertThat(scan(1, "b", "b/3").keys()).as("the last").isEmpty();
    assertThat(scan(1, "b", "c").keys()).as("behind").isEmpty();
    assertThat(scan(1, "", "c").keys()).as("behind all").isEmpty();
    assertThat(scan(1, "b/9", "").keys()).as("no such prefix").isEmpty();
  }

  @Test
  void saysWhetherThereIsMore() {
    put(1, "aa", "ab", "ac", "b");
    assertThat(store.scanKeys(1, "a", "", 2, 100)).isEqualTo(page(true, "aa", "ab"));
    assertThat(store.scanKeys(1, "a", "", 3, 100)).isEqualTo(page(false, "aa", "ab", "ac"));
    assertThat(store.scanKeys(1, "a", "", 4, 100)).isEqualTo(page(false, "aa", "ab", "ac"));
    assertThat(store.scanKeys(1, "a", "", 10, 5)).isEqualTo(page(true, "aa", "ab"));
    assertThat(store.scanKeys(1, "a", "", 10, 6)).isEqualTo(page(false, "aa", "ab", "ac"));
    assertThat(store.scanKeys(1, "a", "ab", 1, 100)).isEqualTo(page(false, "ac"));
  }

  @Test
  void showsOneAccountWhateverItsNumberAndItsNeighbours() {
    for (long account : ACCOUNTS) {
      put(account, "first", "of " + account, "zzzz");
    }
    for (long account : ACCOUNTS) {
      assertThat(scan(account, "", "").keys())
          .as("account %d", account)
          .containsExactly("first", "of " + account, "zzzz");
      assertThat(scan(account, "zz", "").keys()).containsExactly("zzzz");
      assertThat(scan(account, "", "zzzz").keys()).isEmpty();
    }
    assertThat(scan(3, "", "").keys()).isEmpty();
    assertThat(scan(257, "", "").keys()).isEmpty();
  }

  @Test
  void aPageOfOneAccountContinuedInAnotherShowsTheOthersOwnKeysAlone() {
    Map<Long, NavigableSet<String>> model = new TreeMap<>();
    for (int i = 0; i < ACCOUNTS.length; i++) {
      for (int n = 0; n < 5; n++) {
        String key = "k/" + (n * ACCOUNTS.length + i);
        model.computeIfAbsent(ACCOUNTS[i], id -> new TreeSet<>()).add(key);
        put(ACCOUNTS[i], key);
      }
    }
    for (long from : ACCOUNTS) {
      for (String after : store.scanKeys(from, "k/", "", 5, 1000).keys()) {
        for (long account : ACCOUNTS) {
          for (String prefix : List.of("", "k/", "k/2")) {
            assertThat(store.scanKeys(account, prefix, after, 3, 1000))
                .as("account %d, prefix '%s', after %s of account %d", account, prefix, after, from)
                .isEqualTo(expected(model.get(account), prefix, after, 3, 1000));
          }
        }
      }
    }
  }

  @Test
  void agreesWithASortedSetOnRandomKeysPrefixesAndLimits() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<Long, NavigableSet<String>> model = new TreeMap<>();
    for (int i = 0; i < 2000; i++) {
      long account = ACCOUNTS[random.nextInt(ACCOUNTS.length)];
      String key = word(random, 1);
      NavigableSet<String> keys = model.computeIfAbsent(account, id -> new TreeSet<>());
      if (random.nextInt(4) == 0) {
        keys.remove(key);
        delete(account, key);
      } else {
        keys.add(key);
        put(account, key);
      }
    }
    for (int i = 0; i < 5000; i++) {
      long account = ACCOUNTS[random.nextInt(ACCOUNTS.length)];
      String prefix = word(random, 0);
      String after = random.nextInt(3) == 0 ? "" : word(random, 1);
      int maxKeys = 1 + random.nextInt(20);
      int maxBytes = 5 + random.nextInt(60);
      assertThat(store.scanKeys(account, prefix, after, maxKeys, maxBytes))
          .as(
              "relaykv.test.seed=%d: account %d, prefix '%s', after '%s', at most %d keys, %d bytes",
              seed, account, prefix, after, maxKeys, maxBytes)
          .isEqualTo(expected(model.get(account), prefix, after, maxKeys, maxBytes));
    }
  }

  private static ScanPage expected(
      NavigableSet<String> keys, String prefix, String after, int maxKeys, int maxBytes) {
    List<String> page = new ArrayList<>();
    int bytes = 0;
    for (String key : keys) {
      if (key.startsWith(prefix) && key.compareTo(after) > 0) {
        bytes += key.length();
        if (page.size() == maxKeys || bytes > maxBytes) {
          return new ScanPage(page, true);
        }
        page.add(key);
      }
    }
    return new ScanPage(page, false);
  }

  private static String word(Random random, int minLength) {
    int length = minLength + random.nextInt(5 - minLength);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append("-/az".charAt(random.nextInt(4)));
    }
    return word.toString();
  }

  private ScanPage scan(long account, String prefix, String after) {
    return store.scanKeys(account, prefix, after, 1000, 100_000);
  }

  private static ScanPage page(boolean more, String... keys) {
    return new ScanPage(List.of(keys), more);
  }

  private void put(long account, String... keys) {
    StoreBatch batch = store.newBatch();
    for (String key : keys) {
      batch.put(account, key, new byte[] {1});
    }
    batch.commit(new Applied(1, ++index));
  }

  private void delete(long account, String key) {
    StoreBatch batch = store.newBatch();
    batch.delete(account, key);
    batch.commit(new Applied(1, ++index));
  }
}
