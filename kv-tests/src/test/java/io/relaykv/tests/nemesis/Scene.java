package io.relaykv.tests.nemesis;

import static org.awaitility.Awaitility.await;

import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.OpKind;
import io.relaykv.tests.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Where faults happen: the cluster, and what its clients have recorded so far. For the one thread
 * that drives a run.
 */
public final class Scene {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What a fault does, it does soon. */
  private static final Duration EFFECT = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofMillis(20);

  private final KvCluster cluster;
  private final HistoryRecorder history;
  private final Random random;
  private final Set<String> struck = new HashSet<>();

  public Scene(KvCluster cluster, HistoryRecorder history, Random random) {
    this.cluster = cluster;
    this.history = history;
    this.random = random;
  }

  public KvCluster cluster() {
    return cluster;
  }

  Random random() {
    return random;
  }

  /** A fault is in force on these nodes: others are looked for elsewhere. */
  public void struck(Set<String> nodes) {
    struck.addAll(nodes);
  }

  /** It no longer is. */
  public void lifted(Set<String> nodes) {
    struck.removeAll(nodes);
  }

  /** The leader as the nodes know it, unless it has been struck already; then any other. */
  String leader() {
    return knownLeader().filter(id -> !struck.contains(id)).orElseGet(this::follower);
  }

  /** A node that does not lead, as far as is known, and has not been struck. */
  String follower() {
    Optional<String> leader = knownLeader();
    List<String> others = new ArrayList<>(cluster.nodeIds());
    others.removeIf(id -> struck.contains(id) || leader.filter(id::equals).isPresent());
    if (others.isEmpty()) {
      throw new IllegalStateException("there is no node left to strike");
    }
    return others.get(random.nextInt(others.size()));
  }

  private Optional<String> knownLeader() {
    return cluster.status().up().stream()
        .filter(up -> up.leader().filter(up.name()::equals).isPresent())
        .max(Comparator.comparingLong(NodeStatus.Up::term))
        .map(NodeStatus.Up::name);
  }

  /** The highest term that a node knows. */
  long term() {
    return cluster.status().up().stream().mapToLong(NodeStatus.Up::term).max().orElse(0);
  }

  /** Waits for what shows that a fault happens; false if it does not. */
  static boolean comesAbout(Callable<Boolean> effect) {
    try {
      await("the effect of a fault").atMost(EFFECT).pollInterval(SOON).until(effect);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  /** Waits until a node is up and knows a leader. */
  void awaitUp(String id) {
    await(id + " to be up")
        .atMost(PATIENCE)
        .until(
            () ->
                cluster.status().up().stream()
                    .anyMatch(up -> up.name().equals(id) && up.leader().isPresent()));
  }

  /** What clients that are pinned to a node asked it, or waited for, between these times. */
  HistorySummary readsAt(String node, long fromNanos, long toNanos) {
    return history.summary().at(node).underWayBetween(fromNanos, toNanos);
  }

  /** Waits until so many more operations have been acknowledged. */
  public void awaitAcknowledged(int more) {
    long goal = history.summary().count(Outcome.OK) + more;
    await("%d more operations to be acknowledged".formatted(more))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> history.summary().count(Outcome.OK) >= goal);
  }

  /** Waits until so many more puts of this kind of key have been acknowledged. */
  void awaitPuts(String prefix, int more) {
    long goal = puts(prefix) + more;
    await("%d more puts of %s".formatted(more, prefix))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> puts(prefix) >= goal);
  }

  private long puts(String prefix) {
    return history
        .summary()
        .count(one -> one.op() == OpKind.PUT && one.isOk() && one.key().startsWith(prefix));
  }
}
