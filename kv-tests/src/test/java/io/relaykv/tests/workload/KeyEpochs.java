package io.relaykv.tests.workload;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The keys that registers are kept under: a few, so that operations meet, and new ones every 20 s,
 * as the time that a history takes to check grows with what is unknown about one key. Thread-safe.
 */
final class KeyEpochs {
  private static final int KEYS = 6;
  private static final Duration LENGTH = Duration.ofSeconds(20);
  private static final int UNKNOWN_DELETES = 8;

  private final Map<String, Integer> unknownDeletes = new HashMap<>();
  private int epoch = 1;
  private long begunNanos = System.nanoTime();

  /** One of the keys that are in use now. */
  synchronized String draw(Random random) {
    if (System.nanoTime() - begunNanos > LENGTH.toNanos()) {
      next();
    }
    return key(epoch, random.nextInt(KEYS));
  }

  private static String key(int epoch, int number) {
    return "register/%d/k%d".formatted(epoch, number);
  }

  /** All that have been in use. */
  synchronized List<String> all() {
    return IntStream.rangeClosed(1, epoch)
        .boxed()
        .flatMap(then -> IntStream.range(0, KEYS).mapToObj(number -> key(then, number)))
        .toList();
  }

  private void next() {
    epoch++;
    begunNanos = System.nanoTime();
    unknownDeletes.clear();
  }

  /** Nobody knows whether a delete of this key was applied. */
  synchronized void deleteUnknown(String key) {
    if (unknownDeletes.merge(key, 1, Integer::sum) >= UNKNOWN_DELETES) {
      next();
    }
  }
}
