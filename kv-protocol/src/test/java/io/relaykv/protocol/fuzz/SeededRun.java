package io.relaykv.protocol.fuzz;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/**
 * Hands a target random bytes for a while: what every build does in place of a long run with a
 * fuzzer. {@code -Drelaykv.fuzz.seconds=300} makes it longer, {@code -Drelaykv.test.seed=...}
 * repeats one.
 */
public final class SeededRun {
  private static final Duration DEFAULT = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 2048;

  private SeededRun() {}

  /** What is fuzzed: throws, or does not. */
  @FunctionalInterface
  public interface Target {
    /** Takes one input. */
    void accept(byte[] input) throws Exception;
  }

  /** Runs {@code target} until the time is over or it throws. */
  public static void of(String name, Target target) {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    long end = System.nanoTime() + duration().toNanos();
    Random random = new Random(seed);
    long inputs = 0;
    while (System.nanoTime() - end < 0) {
      byte[] input = new byte[random.nextInt(MAX_BYTES)];
      random.nextBytes(input);
      inputs++;
      try {
        target.accept(input);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "%s: relaykv.test.seed=%d, input %d: %s: %s"
                .formatted(name, seed, inputs, HexFormat.of().formatHex(input), e),
            e);
      }
    }
    System.out.printf("%s: %d inputs, relaykv.test.seed=%d%n", name, inputs, seed);
  }

  private static Duration duration() {
    return Duration.ofSeconds(Long.getLong("relaykv.fuzz.seconds", DEFAULT.toSeconds()));
  }
}
