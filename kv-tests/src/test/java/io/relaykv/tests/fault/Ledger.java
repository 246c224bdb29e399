package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Writers that put each key once, without a pause, and remember what was acknowledged. */
final class Ledger implements AutoCloseable {
  private static final int WRITERS = 2;

  private final KvClient client;
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Integer> told = new HashSet<>();
  private final Queue<KvException> failures = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();

  Ledger(KvCluster cluster) {
    client = cluster.newClient(Duration.ofMinutes(2));
    for (int i = 0; i < WRITERS; i++) {
      threads.execute(this::write);
    }
  }

  private void write() {
    while (!over.get()) {
      int number = next.getAndIncrement();
      try {
        client.put(key(number), value(number));
        acknowledged.add(number);
      } catch (KvException e) {
        if (!over.get()) {
          failures.add(e);
        }
      }
    }
  }

  private static String key(int number) {
    return "ledger/" + number;
  }

  private static KvValue value(int number) {
    return KvValue.of("value of " + number);
  }

  /** What has been acknowledged so far. */
  Set<Integer> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  /** What has been acknowledged since this was asked the last time. */
  Set<Integer> newlyAcknowledged() {
    Set<Integer> recent = new HashSet<>(acknowledged);
    recent.removeAll(told);
    told.addAll(recent);
    return recent;
  }

  /** Waits until so many more are acknowledged. */
  void awaitMore(int count) {
    int before = acknowledged.size();
    await(count + " more writes")
        .atMost(Duration.ofSeconds(60))
        .until(() -> acknowledged.size() >= before + count);
  }

  /** Reads them all. */
  static void assertThere(Set<Integer> numbers, KvClient reader) {
    List<Integer> inOrder = numbers.stream().sorted().toList();
    List<CompletableFuture<Optional<KvValue>>> gets = new ArrayList<>();
    inOrder.forEach(number -> gets.add(reader.async().get(key(number))));
    for (int i = 0; i < gets.size(); i++) {
      int number = inOrder.get(i);
      assertThat(gets.get(i).join()).as(key(number)).hasValue(value(number));
    }
  }

  /** Ends the writers; none may have failed. */
  void finish() throws InterruptedException {
    over.set(true);
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).as("the writers end").isTrue();
    assertThat(failures).isEmpty();
  }

  @Override
  public void close() {
    over.set(true);
    client.close();
    threads.shutdown();
  }
}
