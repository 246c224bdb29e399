package io.relaykv.tests.workload;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Values of up to 100,000 characters under a few keys: with snapshots every few hundred entries, a
 * run rolls and purges the log all the time, and whoever was away needs a snapshot.
 */
public final class BigValuesWorkload implements Workload {
  private static final int WRITERS = 3;
  private static final int KEYS = 20;
  private static final int MAX_LENGTH = 100_000;
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final KvCluster cluster;
  private final HistoryRecorder recorder;
  private final List<KvClient> clients = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  public BigValuesWorkload(
      KvCluster cluster, HistoryRecorder recorder, Outcomes outcomes, Random random) {
    this.cluster = cluster;
    this.recorder = recorder;
    for (int i = 0; i < WRITERS; i++) {
      KvClient client = cluster.newClient(DEADLINE);
      clients.add(client);
      RecordedKv recorded = new RecordedKv(client, recorder.newClient(), outcomes);
      Random own = new Random(random.nextLong());
      workers.add(new Worker(PAUSE, () -> operate(recorded, own)));
    }
  }

  private static String key(int number) {
    return "big/" + number;
  }

  private void operate(RecordedKv client, Random random) {
    String key = key(random.nextInt(KEYS));
    int drawn = random.nextInt(10);
    if (drawn < 6) {
      String unique = client.newValue();
      client.put(key, unique, BigValue.of(unique, random.nextInt(MAX_LENGTH)));
    } else if (drawn < 7) {
      client.delete(key);
    } else {
      client.get(key);
    }
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

  /** The history says what may be there. */
  @Override
  public List<String> missing(String node) {
    try (KvClient reader = ReadBack.through(node, cluster, cluster.apiKey())) {
      ReadBack.record(
          reader,
          recorder,
          null,
          IntStream.range(0, KEYS).mapToObj(BigValuesWorkload::key).toList());
    }
    return List.of();
  }
}
