package io.relaykv.tests.fault;

import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that write without a pause, each time another key, and remember what came of it. */
final class Writers implements AutoCloseable {
  final Map<String, KvValue> acknowledged = new ConcurrentHashMap<>();
  final Queue<KvException> failures = new ConcurrentLinkedQueue<>();

  private final KvClient client;
  private final AtomicInteger next = new AtomicInteger();
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  Writers(int count, KvClient client) {
    this.client = client;
    this.threads = Executors.newFixedThreadPool(count);
    for (int i = 0; i < count; i++) {
      running.add(threads.submit(this::write));
    }
  }

  private void write() {
    while (!stopped) {
      int number = next.getAndIncrement();
      String key = "ledger/" + number;
      KvValue value = KvValue.of("value of " + number);
      try {
        client.put(key, value);
        acknowledged.put(key, value);
      } catch (KvException e) {
        failures.add(e);
      }
    }
  }

  /** Waits until so many more writes have been acknowledged. */
  void awaitMore(int count) {
    int goal = acknowledged.size() + count;
    await("%d more writes".formatted(count))
        .atMost(Duration.ofSeconds(60))
        .until(() -> acknowledged.size() >= goal);
  }

  /** Waits until the writes that are under way have ended. */
  void stop() throws ExecutionException, InterruptedException {
    stopped = true;
    for (Future<?> writer : running) {
      writer.get();
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
