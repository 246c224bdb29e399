package io.relaykv.shell.bench;

import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Loads a cluster and measures. Puts the keys that gets are to find, and removes all keys
 * afterwards. {@link #run} is for one thread; {@link #stop} for any.
 */
public final class Bench {
  private static final int PAGE_KEYS = 10_000;
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Hears how far it is, about once a second, on the thread that runs the bench. */
  public interface Listener {
    /** So many keys have been put, of so many. */
    void filling(int done, int of);

    /**
     * What was measured in about the last second.
     *
     * @param counts false during the warm-up
     */
    void tick(boolean counts, Duration sinceBegin, Duration of, Measurement lastSecond);

    /** So many keys have been removed. */
    void removing(long removed);
  }

  private final Load load;
  private final String prefix;
  private final Supplier<KvClient> newClient;
  private final Listener listener;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * A bench that has not begun.
   *
   * @param prefix of all keys; there must be none
   * @param newClient makes clients, which the bench closes
   */
  public Bench(Load load, String prefix, Supplier<KvClient> newClient, Listener listener) {
    this.load = load;
    this.prefix = prefix;
    this.newClient = newClient;
    this.listener = listener;
  }

  /** Ends it soon: what has been measured until then counts. */
  public void stop() {
    stopped.countDown();
  }

  /**
   * Runs it.
   *
   * @throws KvException if keys cannot be put before or removed afterwards. Operations that fail
   *     meanwhile are counted
   */
  public Measurement run() {
    List<KvClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < load.clients(); i++) {
        clients.add(newClient.get());
      }
      Measurement measured;
      try {
        measured = measured(clients.stream().map(KvClient::async).toList());
      } catch (KvException e) {
        removeAfter(e, clients.get(0));
        throw e;
      }
      removeAll(clients.get(0), prefix, listener);
      return measured;
    } finally {
      clients.forEach(KvClient::close);
    }
  }

  private void removeAfter(KvException failure, KvClient client) {
    try {
      removeAll(client, prefix, listener);
    } catch (KvException e) {
      failure.addSuppressed(e);
    }
  }

  private Measurement measured(List<KvAsyncClient> clients) {
    Values values = new Values(load.valueBytes(), new Random());
    // Of many keys it takes a while to work out how often each is used.
    KeyChoice keys = load.distribution().over(load.keys());
    fill(clients.get(0), values);
    if (!load.warmup().isZero()) {
      measure(clients, keys, values, load.warmup(), false);
    }
    return measure(clients, keys, values, load.duration(), true);
  }

  /** One put at least, so that it is known whether this client may and can. */
  private void fill(KvAsyncClient client, Values values) {
    int keys = load.reads() ? load.keys() : 1;
    Random random = new Random();
    Pipeline pipeline = new Pipeline();
    long lastTold = System.nanoTime();
    for (int i = 0; i < keys && stopped.getCount() > 0; i++) {
      String key = prefix + i;
      pipeline.add(() -> client.put(key, values.next(random)));
      if (System.nanoTime() - lastTold > TICK.toNanos()) {
        listener.filling(i + 1, keys);
        lastTold = System.nanoTime();
      }
    }
    pipeline.finish();
  }

  private Measurement measure(
      List<KvAsyncClient> clients,
      KeyChoice keys,
      Values values,
      Duration duration,
      boolean counts) {
    Meter meter = new Meter();
    Requests requests = new Requests(load.getShare(), prefix, keys, values, meter);
    long begin = System.nanoTime();
    try (Pace pace = pace(clients, requests)) {
      pace.start();
      boolean on = true;
      while (on) {
        on = await(begin, duration);
        Duration sinceBegin = Duration.ofNanos(System.nanoTime() - begin);
        listener.tick(counts, sinceBegin, duration, meter.sinceLast());
      }
    }
    return meter.total();
  }

  private Pace pace(List<KvAsyncClient> clients, Requests requests) {
    return load.rate().isPresent()
        ? new OpenLoop(clients, load.outstanding(), load.rate().getAsDouble(), requests)
        : new ClosedLoop(clients, load.outstanding(), requests);
  }

  /** Until it is time to tell; false if there is nothing to come. */
  private boolean await(long begin, Duration duration) {
    long left = duration.toNanos() - (System.nanoTime() - begin);
    try {
      boolean ended = stopped.await(Math.min(left, TICK.toNanos()), TimeUnit.NANOSECONDS);
      return !ended && left > TICK.toNanos();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Removes every key that begins with a prefix.
   *
   * @return how many there were
   */
  public static long removeAll(KvClient client, String prefix, Listener listener) {
    long removed = 0;
    long lastTold = System.nanoTime();
    Pipeline pipeline = new Pipeline();
    Optional<String> next = Optional.of("");
    while (next.isPresent()) {
      KeyPage page = client.keys(prefix, PAGE_KEYS, next.get());
      for (String key : page.keys()) {
        pipeline.add(() -> client.async().delete(key));
      }
      removed += page.keys().size();
      next = page.next();
      if (System.nanoTime() - lastTold > TICK.toNanos()) {
        listener.removing(removed);
        lastTold = System.nanoTime();
      }
    }
    pipeline.finish();
    return removed;
  }
}
