package io.relaykv.shell.bench;

import io.relaykv.client.KvValue;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Values to put: JSON strings that compress badly, of one size. Thread-safe. */
public final class Values {
  /** A string of no characters. */
  public static final int MIN_BYTES = 2;

  private static final int DIFFERENT_ONES = 64;
  private static final String CHARACTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

  private final List<KvValue> values;

  Values(int bytes, RandomGenerator random) {
    values =
        Stream.generate(() -> KvValue.of(text(bytes - MIN_BYTES, random)))
            .limit(DIFFERENT_ONES)
            .toList();
  }

  private static String text(int length, RandomGenerator random) {
    StringBuilder text = new StringBuilder(length);
    random.ints(length, 0, CHARACTERS.length()).forEach(i -> text.append(CHARACTERS.charAt(i)));
    return text.toString();
  }

  KvValue next(RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }
}
