package io.relaykv.tests.scenario;

import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeCheck;
import io.relaykv.client.ReplicaCheck;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.nemesis.Lead;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import io.relaykv.tests.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must hold of a cluster once all faults are lifted and its clients have gone. */
final class FinalChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;

  private final KvCluster cluster;
  private final List<Workload> workloads;

  FinalChecks(KvCluster cluster, List<Workload> workloads) {
    this.cluster = cluster;
    this.workloads = workloads;
  }

  void run() {
    cluster.awaitLevel();
    try (KvAdmin admin = cluster.newAdmin()) {
      for (String node : cluster.nodeIds()) {
        throughAsLeader(node, admin);
      }
      requireSameEverywhere(admin);
    }
    cluster.awaitLevel();
  }

  /** A node that led in one term before and after served the reads between from its own copy. */
  private void throughAsLeader(String node, KvAdmin admin) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      lead(node, admin);
      Lead before = look();
      writeAndReadThrough(node);
      if (before.isOf(node) && look().equals(before)) {
        return;
      }
    }
    throw new RunFailedException(
        Kind.NOT_SERVING,
        "%s was made the leader %d times, and did not stay it while it was read"
            .formatted(node, ATTEMPTS));
  }

  private Lead look() {
    return Lead.of(cluster.status());
  }

  private void lead(String node, KvAdmin admin) {
    await(node + " to lead")
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(KvException.class)
        .until(() -> admin.transferLeadership(Optional.of(node)), node::equals);
  }

  private void writeAndReadThrough(String node) {
    try (KvClient client =
        KvClient.builder()
            .nodes(cluster.addressOf(node))
            .apiKey(cluster.apiKey())
            .requestTimeout(PATIENCE)
            .build()) {
      String key = "final/" + node;
      client.put(key, node);
      Optional<KvValue> found = client.get(key);
      if (!found.equals(Optional.of(KvValue.of(node)))) {
        throw new RunFailedException(
            Kind.LOST, "put %s through itself, read %s".formatted(key, found));
      }
      for (Workload workload : workloads) {
        List<String> missing = workload.missing(node);
        if (!missing.isEmpty()) {
          throw new RunFailedException(
              Kind.LOST,
              "%d keys at %s, the first of them: %s"
                  .formatted(
                      missing.size(),
                      node,
                      missing.stream().limit(5).collect(Collectors.joining("; "))));
        }
      }
    } catch (KvException e) {
      throw new RunFailedException(Kind.NOT_SERVING, node + " leads: " + e.getMessage(), e);
    }
  }

  private void requireSameEverywhere(KvAdmin admin) {
    await("the digests of all nodes")
        .atMost(PATIENCE)
        .until(
            () -> {
              ReplicaCheck check = admin.verify(known -> {});
              if (check.differs()) {
                throw new RunFailedException(
                    Kind.DIFFERENT,
                    "as of log entry %d: %s"
                        .formatted(
                            check.index(),
                            check.differing().stream()
                                .map(NodeCheck::name)
                                .collect(Collectors.joining(", "))));
              }
              return check.agrees() && check.hashed().size() == cluster.nodeIds().size();
            });
  }
}
