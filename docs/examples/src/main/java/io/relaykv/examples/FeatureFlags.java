package io.relaykv.examples;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue.KvBoolean;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feature flags: the boolean values below {@code flags/}. Asking for one reads a map in memory,
 * which a thread of its own renews; it never waits and never fails. While the cluster is away the
 * flags stay as they were last seen. A flag that was never seen, or is not a boolean, is what the
 * caller takes for safe. Thread-safe.
 */
public final class FeatureFlags implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeatureFlags.class);
  private static final String PREFIX = "flags/";

  private final KvClient client;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(FeatureFlags::daemon);
  private volatile Map<String, Boolean> seen = Map.of();

  private FeatureFlags(KvClient client) {
    this.client = client;
  }

  /**
   * Reads the flags, waiting no longer than the client's {@code requestTimeout} for each call, and
   * from then on once in a while. The client stays the caller's.
   */
  public static FeatureFlags of(KvClient client, Duration every) {
    FeatureFlags flags = new FeatureFlags(client);
    flags.read();
    flags.poller.scheduleWithFixedDelay(
        flags::read, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return flags;
  }

  /** Whether {@code flags/<name>} is true; {@code otherwise} if nobody knows. */
  public boolean isOn(String name, boolean otherwise) {
    return seen.getOrDefault(name, otherwise);
  }

  private void read() {
    try {
      Map<String, Boolean> read = new HashMap<>();
      client
          .keys(PREFIX)
          .forEach(
              key ->
                  client
                      .get(key)
                      .filter(KvBoolean.class::isInstance)
                      .ifPresent(on -> read.put(key.substring(PREFIX.length()), on.asBoolean())));
      seen = Map.copyOf(read);
    } catch (KvException e) {
      // What has been read so far is dropped: half of a change would be neither the old nor the
      // new.
      log.warn("The flags stay as they are: {}", e.reason());
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "feature-flags");
    thread.setDaemon(true);
    return thread;
  }

  /** Ends the thread. What was seen stays to be asked for. */
  @Override
  public void close() {
    poller.shutdownNow();
  }
}
