package io.relaykv.shell.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDistributionTest {
  private static final int DRAWS = 1_000_000;

  @Test
  void uniformUsesAllKeysAlike() {
    int[] used = draw(KeyDistribution.UNIFORM, 10);
    for (int times : used) {
      assertThat(times / (double) DRAWS).isCloseTo(0.1, within(0.01));
    }
  }

  @Test
  void zipfianUsesTheNthKeyAsOftenAsItsNameSays() {
    int[] used = draw(KeyDistribution.ZIPFIAN, 1000);
    for (int n : new int[] {2, 10, 100}) {
      double expected = 1 / Math.pow(n, 0.99);
      assertThat(used[n - 1] / (double) used[0])
          .as("key %d", n)
          .isCloseTo(expected, within(0.25 * expected));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void zipfianReachesAllOfFewKeys(int keys) {
    assertThat(draw(KeyDistribution.ZIPFIAN, keys)).doesNotContain(0);
  }

  @ParameterizedTest
  @EnumSource
  void theFirstKeyIsUsedAtLeastAsOftenAsTheLast(KeyDistribution distribution) {
    int[] used = draw(distribution, 100);
    assertThat(used[0]).isGreaterThan((int) (0.9 * used[99]));
  }

  /** The same draws each time. */
  private static int[] draw(KeyDistribution distribution, int keys) {
    KeyChoice choice = distribution.over(keys);
    Random random = new Random(1);
    int[] used = new int[keys];
    for (int i = 0; i < DRAWS; i++) {
      used[choice.next(random)]++;
    }
    return used;
  }
}
