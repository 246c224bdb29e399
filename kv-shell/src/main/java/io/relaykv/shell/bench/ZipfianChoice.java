package io.relaykv.shell.bench;

import java.util.random.RandomGenerator;

/**
 * Draws from Zipf's distribution with the exponent 0.99 that YCSB made customary, in constant time.
 *
 * <p>The method is that of Gray et al., "Quickly generating billion-record synthetic databases"
 * (SIGMOD 1994): exact for the first two, and the inverse of an approximating integral for the
 * rest.
 */
final class ZipfianChoice implements KeyChoice {
  private static final double EXPONENT = 0.99;

  private final int keys;
  private final double harmonic;
  private final double firstTwo = harmonic(2);
  private final double alpha = 1 / (1 - EXPONENT);
  private final double eta;

  ZipfianChoice(int keys) {
    this.keys = keys;
    this.harmonic = harmonic(keys);
    this.eta = (1 - Math.pow(2.0 / keys, 1 - EXPONENT)) / (1 - firstTwo / harmonic);
  }

  private static double harmonic(int terms) {
    double sum = 0;
    for (int i = 1; i <= terms; i++) {
      sum += 1 / Math.pow(i, EXPONENT);
    }
    return sum;
  }

  @Override
  public int next(RandomGenerator random) {
    double drawn = random.nextDouble();
    double scaled = drawn * harmonic;
    if (scaled < 1 || keys == 1) {
      return 0;
    }
    if (scaled < firstTwo || keys == 2) {
      return 1;
    }
    return Math.min(keys - 1, (int) (keys * Math.pow(eta * drawn - eta + 1, alpha)));
  }
}
