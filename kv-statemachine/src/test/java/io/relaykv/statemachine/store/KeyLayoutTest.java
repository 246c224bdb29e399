package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyLayoutTest {
  private static final String ALPHABET =
      "-./0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  private static final long[] TELLING_ACCOUNTS = {
    0, 1, 255, 256, 257, 65_535, 65_536, Long.MAX_VALUE, Long.MIN_VALUE, -256, -2, -1
  };

  @Test
  void drawsTheLayoutAsDocumented() {
    assertThat(KeyLayout.dataKey(0x0102030405060708L, "a/b"))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 'a', '/', 'b');
    assertThat(KeyLayout.key(KeyLayout.dataKey(-1, "a/b"))).isEqualTo("a/b");
  }

  @Test
  void noTwoKeysOfAnyAccountsMeet() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<ByteBuffer, String> owners = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long account = account(random);
      String key = key(random);
      byte[] row = KeyLayout.dataKey(account, key);
      String owner = account + " " + key;
      assertThat(owners.putIfAbsent(ByteBuffer.wrap(row), owner))
          .as("relaykv.test.seed=%d", seed)
          .isIn(null, owner);
      assertThat(KeyLayout.key(row)).as("relaykv.test.seed=%d", seed).isEqualTo(key);
    }
  }

  @Test
  void rowsStandInTheOrderOfTheirKeysAndOutsideTheRangesOfOtherAccounts() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      long account = account(random);
      String prefix = random.nextBoolean() ? "" : key(random);
      String one = key(random);
      String other = random.nextInt(4) == 0 ? one + key(random) : key(random);
      String what =
          "relaykv.test.seed=%d, account %d, keys %s and %s, prefix %s"
              .formatted(seed, account, one, other, prefix);
      byte[] row = KeyLayout.dataKey(account, one);
      assertThat(Integer.signum(Arrays.compareUnsigned(row, KeyLayout.dataKey(account, other))))
          .as(what)
          .isEqualTo(Integer.signum(one.compareTo(other)));
      assertThat(isInRange(row, account, prefix)).as(what).isEqualTo(one.startsWith(prefix));
      long stranger = account(random);
      if (stranger != account) {
        assertThat(isInRange(row, stranger, prefix)).as(what + ", " + stranger).isFalse();
      }
    }
  }

  @Test
  void theSuccessorOfAPrefixIsTheFirstKeyBehindAllThatBeginWithIt() {
    assertThat(KeyLayout.successorOfPrefix(new byte[] {1, 2})).containsExactly(1, 3);
    assertThat(KeyLayout.successorOfPrefix(new byte[] {1, 0x7F})).containsExactly(1, 0x80);
    assertThat(KeyLayout.successorOfPrefix(new byte[] {1, (byte) 0xFF})).containsExactly(2);
    assertThat(KeyLayout.successorOfPrefix(new byte[] {1, (byte) 0xFE, (byte) 0xFF}))
        .containsExactly(1, 0xFF);
    assertThat(KeyLayout.successorOfPrefix(new byte[] {(byte) 0xFF, (byte) 0xFF})).isNull();
    assertThat(KeyLayout.successorOfPrefix(new byte[0])).isNull();
  }

  private static boolean isInRange(byte[] row, long account, String prefix) {
    byte[] first = KeyLayout.dataKey(account, prefix);
    byte[] end = KeyLayout.successorOfPrefix(first);
    return Arrays.compareUnsigned(row, first) >= 0
        && (end == null || Arrays.compareUnsigned(row, end) < 0);
  }

  private static long account(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> TELLING_ACCOUNTS[random.nextInt(TELLING_ACCOUNTS.length)];
      case 1 -> random.nextInt(1000);
      default -> random.nextLong();
    };
  }

  private static String key(Random random) {
    int length = 1 + (random.nextInt(10) == 0 ? random.nextInt(512) : random.nextInt(4));
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < length; i++) {
      key.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return key.toString();
  }
}
