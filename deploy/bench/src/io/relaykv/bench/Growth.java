package io.relaykv.bench;

import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What growth.sh asks a cluster: {@code ENDPOINTS KEY_FILE load FROM TO} puts the keys with these numbers, {@code
 * .. measure KEYS SECS} gets and puts keys with numbers below KEYS, {@code .. busy KEYS SECS} puts many at a time,
 * {@code .. values BYTES SECS} puts and gets large values. Prints one line of results, cells of a table with "|" between.
 */
public final class Growth {
  private static final int LOADING = 1024;
  private static final int BUSY = 64;
  private static final int LARGE = 16;
  private static final int LARGE_KEYS = 100;
  private static final int WARM_SECONDS = 5;

  /** With the quotes that make them JSON, 100 bytes. */
  private static final int VALUE_CHARACTERS = 98;

  private final KvAsyncClient client;

  private Growth(KvAsyncClient client) {
    this.client = client;
  }

  public static void main(String[] args) throws Exception {
    try (KvClient client =
        KvClient.builder().nodes(args[0].split(",")).apiKeyFile(Path.of(args[1])).build()) {
      Growth growth = new Growth(client.async());
      int first = Integer.parseInt(args[3]);
      int second = Integer.parseInt(args[4]);
      switch (args[2]) {
        case "load" -> growth.load(first, second);
        case "measure" -> growth.measure(first, second);
        case "busy" -> growth.busy(first, second);
        case "values" -> growth.values(first, second);
        default -> throw new IllegalArgumentException(args[2]);
      }
    }
    System.exit(0);
  }

  private void load(int from, int to) throws InterruptedException {
    long start = System.nanoTime();
    Semaphore room = new Semaphore(LOADING);
    AtomicLong failed = new AtomicLong();
    for (int i = from; i < to; i++) {
      room.acquire();
      client
          .put(key(i), value(i, VALUE_CHARACTERS))
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  failed.incrementAndGet();
                }
                room.release();
              });
    }
    room.acquire(LOADING);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " puts have failed");
    }
    System.out.printf(Locale.ROOT, "%.1f%n", (System.nanoTime() - start) / 1e9);
  }

  private void measure(int keys, int seconds) throws InterruptedException {
    Result get = run(1, seconds, keys, i -> client.get(key(i)));
    Result put = run(1, seconds, keys, i -> client.put(key(i), value(i, VALUE_CHARACTERS)));
    System.out.printf(
        Locale.ROOT,
        "%.0f | %.0f | %.0f | %.0f%n",
        get.micros(50), get.micros(99), put.micros(50), put.micros(99));
  }

  private void busy(int keys, int seconds) throws InterruptedException {
    Result put = run(BUSY, seconds, keys, i -> client.put(key(i), value(i, VALUE_CHARACTERS)));
    System.out.printf(
        Locale.ROOT,
        "%,.0f | %.1f | %.1f | %.1f%n",
        put.perSecond(), put.micros(50) / 1000, put.micros(99.9) / 1000, put.micros(100) / 1000);
  }

  private void values(int bytes, int seconds) throws InterruptedException {
    KvValue value = value(1, bytes - 2);
    Result put = run(LARGE, seconds, LARGE_KEYS, i -> client.put("large/" + i, value));
    Result get = run(LARGE, seconds, LARGE_KEYS, i -> client.get("large/" + i));
    double megabytes = bytes / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%.0f | %.1f | %.1f | %.0f | %.1f | %.1f%n",
        put.perSecond() * megabytes, put.micros(50) / 1000, put.micros(99) / 1000,
        get.perSecond() * megabytes, get.micros(50) / 1000, get.micros(99) / 1000);
  }

  private record Result(Histogram nanos, double seconds) {
    double micros(double percentile) {
      return nanos.getValueAtPercentile(percentile) / 1e3;
    }

    double perSecond() {
      return nanos.getTotalCount() / seconds;
    }
  }

  /** Keeps so many operations on random keys under way; those of the first seconds do not count. */
  private static Result run(int outstanding, int seconds, int keys, IntFunction<CompletableFuture<?>> operation)
      throws InterruptedException {
    Histogram nanos = new ConcurrentHistogram(60_000_000_000L, 3);
    SplittableRandom random = new SplittableRandom(1);
    Semaphore room = new Semaphore(outstanding);
    AtomicLong failed = new AtomicLong();
    long from = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_SECONDS);
    long until = from + TimeUnit.SECONDS.toNanos(seconds);
    for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
      room.acquire();
      long begin = System.nanoTime();
      operation
          .apply(random.nextInt(keys))
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  failed.incrementAndGet();
                } else if (begin >= from) {
                  nanos.recordValue(System.nanoTime() - begin);
                }
                room.release();
              });
    }
    room.acquire(outstanding);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " operations have failed");
    }
    return new Result(nanos, (System.nanoTime() - from) / 1e9);
  }

  private static String key(int number) {
    return "grow/%09d".formatted(number);
  }

  /** Letters that do not compress to nothing. */
  private static KvValue value(int seed, int characters) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(characters);
    while (text.length() < characters) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return KvValue.of(text.toString());
  }
}
