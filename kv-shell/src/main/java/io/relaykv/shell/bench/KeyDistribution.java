package io.relaykv.shell.bench;

import java.util.Locale;

/** How often keys are used. */
public enum KeyDistribution {
  /** All alike. */
  UNIFORM {
    @Override
    KeyChoice over(int keys) {
      return random -> random.nextInt(keys);
    }
  },

  /**
   * A few of them most of the time: the n-th is used 1/n<sup>0.99</sup> times as often as the
   * first.
   */
  ZIPFIAN {
    @Override
    KeyChoice over(int keys) {
      return new ZipfianChoice(keys);
    }
  };

  abstract KeyChoice over(int keys);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
