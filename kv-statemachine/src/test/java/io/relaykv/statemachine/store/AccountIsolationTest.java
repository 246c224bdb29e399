package io.relaykv.statemachine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A million rows of accounts whose ids are chosen to be mixed up: bytes 0x00 and 0xFF, neighbours,
 * and ids that begin, or end, with the bytes of one another.
 */
class AccountIsolationTest {
  private static final int ROWS = 1_000_000;

  private final long seed = Long.getLong("relaykv.test.seed", System.nanoTime());

  private final Random random = new Random(seed);

  @Test
  void aRowIsItsAccountAndItsKeyAndInNobodyElsesRange() {
    long account = 1;
    for (int i = 0; i < ROWS; i++) {
      long other = relative(account);
      String key = key();
      String sibling = random.nextInt(3) == 0 ? key + key() : key();
      byte[] row = KeyLayout.dataKey(account, key);

      // What can be decoded to what it was made of is one to one.
      check(KeyLayout.id(row) == account && KeyLayout.key(row).equals(key), account, key, other);
      check(
          Integer.signum(Arrays.compareUnsigned(row, KeyLayout.dataKey(account, sibling)))
              == Integer.signum(key.compareTo(sibling)),
          account,
          key,
          other);
      check(isScanned(row, account, ""), account, key, other);
      check(
          isScanned(row, account, key.substring(0, random.nextInt(key.length() + 1))),
          account,
          key,
          other);
      check(isDeletedWith(row, account), account, key, other);
      if (other != account) {
        check(!isScanned(row, other, ""), account, key, other);
        check(!isScanned(row, other, key.substring(0, 1)), account, key, other);
        check(!isDeletedWith(row, other), account, key, other);
        check(
            Integer.signum(Arrays.compareUnsigned(row, KeyLayout.dataKey(other, sibling)))
                == Integer.signum(Long.compareUnsigned(account, other)),
            account,
            key,
            other);
      }
      account = random.nextInt(10) == 0 ? random.nextLong() : other;
    }
  }

  /** AssertJ would take most of the time. */
  private void check(boolean holds, long account, String key, long other) {
    if (!holds) {
      assertThat(holds)
          .as(
              "relaykv.test.seed=%d: account %016x, key '%s', other account %016x",
              seed, account, key, other)
          .isTrue();
    }
  }

  /** As {@link KvStore#scanKeys}. */
  private static boolean isScanned(byte[] row, long account, String prefix) {
    byte[] first = KeyLayout.dataKey(account, prefix);
    byte[] end = KeyLayout.successorOfPrefix(first);
    return Arrays.compareUnsigned(row, first) >= 0
        && (end == null || Arrays.compareUnsigned(row, end) < 0);
  }

  /** As {@link StoreBatch#deleteAccount}; the account with the greatest id has none behind it. */
  private static boolean isDeletedWith(byte[] row, long account) {
    return account == -1
        ? KeyLayout.id(row) == -1
        : Arrays.compareUnsigned(row, KeyLayout.dataKey(account, "")) >= 0
            && Arrays.compareUnsigned(row, KeyLayout.dataKey(account + 1, "")) < 0;
  }

  private long relative(long account) {
    int shift = 8 * random.nextInt(8);
    return switch (random.nextInt(8)) {
      case 0 -> account + 1;
      case 1 -> account - 1;
      case 2 -> account << 8;
      case 3 -> account >>> 8;
      case 4 -> account | 0xFFL << shift;
      case 5 -> account & ~(0xFFL << shift);
      case 6 -> account ^ 1L << random.nextInt(64);
      default -> random.nextInt(300);
    };
  }

  /** Of every character that is one byte: the rules for keys are stricter. */
  private String key() {
    int length = 1 + (random.nextInt(20) == 0 ? random.nextInt(512) : random.nextInt(9));
    char[] key = new char[length];
    for (int i = 0; i < length; i++) {
      key[i] =
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 0x7F;
            case 2 -> '/';
            default -> (char) random.nextInt(0x80);
          };
    }
    return new String(key);
  }
}
