package io.relaykv.tests.workload;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A few keys that many clients put, delete and read: half of the writers in another account under
 * the same names, and two readers and a writer pinned to each node.
 */
public final class RegisterWorkload implements Workload {
  private static final String OTHER_ACCOUNT = "other";
  private static final int WRITERS = 8;
  private static final int READERS_PER_NODE = 2;

  /** Short, so that a writer comes back soon from a fault that holds it up. */
  private static final Duration DEADLINE = Duration.ofMillis(600);

  private static final Duration LONG_DEADLINE = Duration.ofSeconds(20);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final KvCluster cluster;
  private final HistoryRecorder recorder;
  private final String otherKey;
  private final KeyEpochs keys = new KeyEpochs();
  private final List<KvClient> clients = new ArrayList<>();
  private final List<PinnedClient> pinned = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  public RegisterWorkload(
      KvCluster cluster, HistoryRecorder recorder, Outcomes outcomes, Random random) {
    this(cluster, recorder, outcomes, random, DEADLINE);
    for (String node : cluster.nodeIds()) {
      for (int i = 0; i < READERS_PER_NODE; i++) {
        workers.add(new Worker(PAUSE, pinnedTo(node, cluster, recorder, random)::read));
      }
      workers.add(new Worker(PAUSE, pinnedTo(node, cluster, recorder, random)::write));
    }
  }

  private RegisterWorkload(
      KvCluster cluster,
      HistoryRecorder recorder,
      Outcomes outcomes,
      Random random,
      Duration deadline) {
    this.cluster = cluster;
    this.recorder = recorder;
    this.otherKey = otherAccount(cluster);
    for (int i = 0; i < WRITERS; i++) {
      boolean other = i % 2 == 1;
      KvClient client =
          KvClient.builder()
              .nodes(cluster.addresses())
              .apiKey(other ? otherKey : cluster.apiKey())
              .requestTimeout(deadline)
              .build();
      clients.add(client);
      RecordedKv recorded =
          new RecordedKv(client, recorder.newClient(other ? OTHER_ACCOUNT : null, null), outcomes);
      Random own = new Random(random.nextLong());
      workers.add(new Worker(PAUSE, () -> operate(recorded, own)));
    }
  }

  /**
   * With clients that follow the leader alone, as an application's do, and wait for so long that no
   * operation need fail.
   */
  public static RegisterWorkload patient(
      KvCluster cluster, HistoryRecorder recorder, Random random) {
    return new RegisterWorkload(cluster, recorder, Outcomes.TRUE, random, LONG_DEADLINE);
  }

  private PinnedClient pinnedTo(
      String node, KvCluster cluster, HistoryRecorder recorder, Random random) {
    PinnedClient made =
        new PinnedClient(
            cluster, node, recorder.newClient(node), keys, new Random(random.nextLong()));
    pinned.add(made);
    return made;
  }

  private static String otherAccount(KvCluster cluster) {
    try (KvAdmin admin = cluster.newAdmin()) {
      admin.createAccount(OTHER_ACCOUNT, 0);
    }
    return cluster.newApiKey(OTHER_ACCOUNT, ApiKeyRight.READ, ApiKeyRight.WRITE);
  }

  private void operate(RecordedKv client, Random random) {
    String key = keys.draw(random);
    int drawn = random.nextInt(10);
    if (drawn < 6) {
      client.put(key, client.newValue());
    } else if (drawn < 7) {
      if (client.delete(key) == Outcome.UNKNOWN) {
        keys.deleteUnknown(key);
      }
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
    pinned.forEach(PinnedClient::close);
    clients.forEach(KvClient::close);
  }

  /** The history says what may be there. */
  @Override
  public List<String> missing(String node) {
    try (KvClient one = ReadBack.through(node, cluster, cluster.apiKey());
        KvClient other = ReadBack.through(node, cluster, otherKey)) {
      ReadBack.record(one, recorder, null, keys.all());
      ReadBack.record(other, recorder, OTHER_ACCOUNT, keys.all());
    }
    return List.of();
  }
}
