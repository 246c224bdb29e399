package io.relaykv.bench;

import bench.peers.Kv;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * How long a store takes no puts when its leader goes, and how slow they are just after that. Some threads put, one
 * at a time each. For each round it reads a line that says "go" from standard input, when the leader is about to be
 * taken away, and one that says "next" when all nodes are up again; it answers each with a line. So failover.sh
 * decides what happens to the leader, and this class sees only what clients see.
 */
public final class Failover {
  private static final int THREADS = 16;
  private static final long PUT_TIMEOUT_MS = 10_000;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Kv kv;
  private final byte[][] keys;
  private final byte[] value = new byte[100];
  private final AtomicLong failed = new AtomicLong();

  /** Guarded by itself: operations that began in the present window, and nothing else. */
  private final Histogram window = new Histogram(60_000_000_000L, 3);

  private long windowFromNanos = Long.MAX_VALUE;

  /** Of the last success, and the longest time between two since {@link #mark}. Guarded by {@link #window}. */
  private long lastSuccessNanos = System.nanoTime();

  private long longestGapNanos;

  /** The first success of a put that began after the mark; 0 before. Guarded by {@link #window}. */
  private long backAtNanos;

  private long markNanos;

  private Failover(Kv kv, int keyCount) {
    this.kv = kv;
    this.keys = new byte[keyCount][];
    for (int i = 0; i < keyCount; i++) {
      keys[i] = String.format("key-%016d", i).getBytes(StandardCharsets.US_ASCII);
    }
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i].substring(2), args[i + 1]);
    }
    String peer = options.get("peer").equals("etcd") ? "bench.peers.EtcdKv" : options.get("peer");
    try (Kv kv =
        (Kv)
            Class.forName(peer)
                .getConstructor(String.class, Properties.class)
                .newInstance(options.get("endpoints"), new Properties())) {
      new Failover(kv, Integer.parseInt(options.get("keys"))).run(options.get("label"));
    }
    System.exit(0);
  }

  private void run(String label) throws IOException, InterruptedException {
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      Thread thread = new Thread(() -> put(number), "put-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<Double> gaps = new ArrayList<>();
    List<Double> slower = new ArrayList<>();
    while (true) {
      double steady = p99OfAWindow();
      say("steady");
      if (!"go".equals(commands.readLine())) {
        break;
      }
      long failedBefore = failed.get();
      mark();
      say("marked");
      awaitBack();
      double after = p99OfAWindow();
      double gap = longestGapMs();
      gaps.add(gap);
      slower.add(after / steady);
      say(
          String.format(
              Locale.ROOT,
              "{\"store\":\"%s\",\"gapMs\":%.0f,\"p99MsBefore\":%.2f,\"p99MsAfter\":%.2f,\"failed\":%d}",
              label, gap, steady, after, failed.get() - failedBefore));
      if (!"next".equals(commands.readLine())) {
        break;
      }
    }
    say(
        String.format(
            Locale.ROOT,
            "| %s | %d | %.0f | %.0f | %.0f | %.1f |",
            label, gaps.size(), quantile(gaps, 0.5), quantile(gaps, 0.99), quantile(gaps, 1), quantile(slower, 0.5)));
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void put(int thread) {
    for (int i = thread; ; i += THREADS) {
      long start = System.nanoTime();
      try {
        kv.putAsync(keys[i % keys.length], value).get(PUT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        succeeded(start, System.nanoTime());
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        failed.incrementAndGet();
        pause(1);
      }
    }
  }

  private void succeeded(long start, long end) {
    synchronized (window) {
      longestGapNanos = Math.max(longestGapNanos, end - lastSuccessNanos);
      lastSuccessNanos = Math.max(lastSuccessNanos, end);
      if (backAtNanos == 0 && start - markNanos >= 0) {
        backAtNanos = end;
      }
      if (start - windowFromNanos >= 0) {
        window.recordValue(end - start);
      }
    }
  }

  private void mark() {
    synchronized (window) {
      markNanos = System.nanoTime();
      longestGapNanos = 0;
      backAtNanos = 0;
    }
  }

  /** Until a put has succeeded behind a gap: while there is none, the leader is still being taken away. */
  private void awaitBack() {
    while (true) {
      boolean back;
      long longest;
      synchronized (window) {
        back = backAtNanos != 0;
        longest = longestGapNanos;
      }
      if (back && longest > TimeUnit.MILLISECONDS.toNanos(50)) {
        return;
      }
      if (System.nanoTime() - markNanos > TimeUnit.SECONDS.toNanos(60)) {
        if (back) {
          return;
        }
        throw new IllegalStateException("no put has succeeded for a minute");
      }
      pause(1);
    }
  }

  private double p99OfAWindow() throws InterruptedException {
    synchronized (window) {
      window.reset();
      windowFromNanos = System.nanoTime();
    }
    TimeUnit.NANOSECONDS.sleep(WINDOW_NANOS);
    synchronized (window) {
      windowFromNanos = Long.MAX_VALUE;
      return window.getValueAtPercentile(99) / 1e6;
    }
  }

  private double longestGapMs() {
    synchronized (window) {
      return longestGapNanos / 1e6;
    }
  }

  private static void pause(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double quantile(List<Double> values, double share) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.isEmpty() ? Double.NaN : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }
}
