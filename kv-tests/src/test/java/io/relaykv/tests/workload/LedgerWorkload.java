package io.relaykv.tests.workload;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys that are put once and stay: a lost write shows itself for ever, while that of a register is
 * overwritten before somebody reads it.
 */
public final class LedgerWorkload implements Workload {
  private static final int WRITERS = 2;

  /** Long, so that most writes are acknowledged whatever happens. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final KvCluster cluster;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
  private final List<KvClient> clients = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  public LedgerWorkload(KvCluster cluster, HistoryRecorder recorder, Outcomes outcomes) {
    this.cluster = cluster;
    for (int i = 0; i < WRITERS; i++) {
      KvClient client = cluster.newClient(DEADLINE);
      clients.add(client);
      RecordedKv recorded = new RecordedKv(client, recorder.newClient(), outcomes);
      workers.add(new Worker(PAUSE, () -> write(recorded)));
    }
  }

  private void write(RecordedKv client) {
    int number = next.getAndIncrement();
    if (client.put(key(number), value(number)) == Outcome.OK) {
      acknowledged.add(number);
    }
  }

  private static String key(int number) {
    return "ledger/" + number;
  }

  private static String value(int number) {
    return "entry " + number;
  }

  @Override
  public void start() {
    workers.forEach(Worker::start);
  }

  @Override
  public void stop() {
    workers.forEach(Worker::stop);
  }

  @Override
  public void end() {
    workers.forEach(Worker::end);
    clients.forEach(KvClient::close);
  }

  /** How many puts have been acknowledged. */
  public int acknowledged() {
    return acknowledged.size();
  }

  @Override
  public List<String> missing(String node) {
    try (KvClient reader = ReadBack.through(node, cluster, cluster.apiKey())) {
      return missing(reader);
    }
  }

  private List<String> missing(KvClient reader) {
    List<Integer> inOrder = acknowledged.stream().sorted().toList();
    List<CompletableFuture<Optional<KvValue>>> gets =
        inOrder.stream().map(number -> reader.async().get(key(number))).toList();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < gets.size(); i++) {
      int number = inOrder.get(i);
      Optional<KvValue> found = ReadBack.join(gets.get(i));
      if (!found.equals(Optional.of(KvValue.of(value(number))))) {
        missing.add("%s was acknowledged, and is %s".formatted(key(number), found));
      }
    }
    return missing;
  }
}
