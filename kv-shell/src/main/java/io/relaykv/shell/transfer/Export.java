package io.relaykv.shell.transfer;

import io.relaykv.client.KeyPage;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Reads keys and their values in byte order. Each value is as of when it is read: what is written
 * meanwhile may be in it or not. Used by one thread, but for {@link #stop}.
 */
public final class Export {
  private static final int PAGE_KEYS = 10_000;

  /** Each may be a MiB. */
  private static final int MAX_OUTSTANDING = 64;

  private final KvClient client;
  private final String prefix;
  private final Consumer<Entry> sink;
  private final Deque<Reading> readings = new ArrayDeque<>();
  private volatile boolean stopping;
  private String last;

  private record Reading(String key, CompletableFuture<Optional<KvValue>> value) {}

  /**
   * Prepares an export.
   *
   * @param prefix of all keys
   * @param after the key behind which to begin; empty for the first one
   * @param sink is told each entry
   */
  public Export(KvClient client, String prefix, String after, Consumer<Entry> sink) {
    this.client = client;
    this.prefix = prefix;
    this.last = after;
    this.sink = sink;
  }

  /** Has {@link #run} end soon. */
  public void stop() {
    stopping = true;
  }

  /** The last key that the sink was told, or that had no value any more. */
  public String last() {
    return last;
  }

  /**
   * Tells the sink all entries.
   *
   * @return whether those are all, as it was not stopped
   * @throws KvException if the cluster fails; what the sink was told until then is true
   */
  public boolean run() {
    Optional<String> next = Optional.of(last);
    while (next.isPresent()) {
      KeyPage page = client.keys(prefix, PAGE_KEYS, next.get());
      for (String key : page.keys()) {
        if (stopping) {
          return false;
        }
        if (readings.size() == MAX_OUTSTANDING) {
          tell(readings.remove());
        }
        readings.add(new Reading(key, client.async().get(key)));
      }
      next = page.next();
    }
    while (!readings.isEmpty()) {
      tell(readings.remove());
    }
    return true;
  }

  private void tell(Reading reading) {
    try {
      reading.value().join().ifPresent(value -> sink.accept(new Entry(reading.key(), value)));
    } catch (CompletionException e) {
      throw e.getCause() instanceof KvException failure ? failure : e;
    }
    last = reading.key();
  }
}
