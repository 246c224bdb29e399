package io.relaykv.examples;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration that is one JSON value under one key, so that it changes as a whole, and that is
 * taken over while the application runs. There are no watches: it is asked for, once in a while. A
 * value that the application cannot use is logged and changes nothing; nor does an absence of the
 * cluster. Thread-safe.
 *
 * @param <T> what the application makes of the value
 */
public final class ReloadedConfiguration<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReloadedConfiguration.class);

  private final KvClient client;
  private final String key;
  private final Function<KvValue, T> parser;
  private final Consumer<T> listener;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(ReloadedConfiguration::daemon);
  // Only the poller's thread has it.
  private Optional<KvValue> read = Optional.empty();
  private volatile T current;

  private ReloadedConfiguration(
      KvClient client, String key, Function<KvValue, T> parser, T initial, Consumer<T> listener) {
    this.client = client;
    this.key = key;
    this.parser = parser;
    this.current = initial;
    this.listener = listener;
  }

  /**
   * Begins to ask for it, at once and from then on once in a while. The client stays the caller's.
   *
   * @param parser throws a {@link RuntimeException} at a value that cannot be used
   * @param initial holds until there is a value
   * @param listener is told each new one, by the thread that asks
   */
  public static <T> ReloadedConfiguration<T> of(
      KvClient client,
      String key,
      Function<KvValue, T> parser,
      T initial,
      Consumer<T> listener,
      Duration every) {
    ReloadedConfiguration<T> configuration =
        new ReloadedConfiguration<>(client, key, parser, initial, listener);
    configuration.poller.scheduleWithFixedDelay(
        configuration::poll, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return configuration;
  }

  /** The last one that could be used. */
  public T current() {
    return current;
  }

  private void poll() {
    try {
      Optional<KvValue> found = client.get(key);
      if (found.isPresent() && !found.equals(read)) {
        read = found;
        current = parser.apply(found.orElseThrow());
        listener.accept(current);
      }
    } catch (KvException e) {
      log.warn("{} stays as it is: {}", key, e.reason());
    } catch (RuntimeException e) {
      log.warn("{} cannot be used and stays as it was: {}", key, e.toString());
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "configuration");
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the thread. */
  @Override
  public void close() {
    poller.shutdownNow();
  }
}
