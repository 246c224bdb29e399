package io.relaykv.tests.nemesis;

import static org.awaitility.Awaitility.await;

import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.OpKind;
import java.time.Duration;
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

  /** For so much to be written that a log is cut, with a disk that is slow and links that lose. */
  private static final Duration MUCH_PATIENCE = Duration.ofMinutes(5);

  /** What a fault does, it does soon. */
  private static final Duration EFFECT = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofMillis(20);

  private final KvCluster cluster;
  private final HistoryRecorder history;
  private final Set<String> struck = new HashSet<>();
  private final CutLinks cutLinks = new CutLinks();
  private Random random = new Random(0);
  private Lead lead = new Lead(Optional.empty(), 0);
  private boolean leaderStruck;

  public Scene(KvCluster cluster, HistoryRecorder history) {
    this.cluster = cluster;
    this.history = history;
  }

  public KvCluster cluster() {
    return cluster;
  }

  Random random() {
    return random;
  }

  CutLinks cutLinks() {
    return cutLinks;
  }

  /**
   * Before each fault: looks who leads, and waits until somebody does, unless the leader has been
   * struck already: then perhaps nobody can.
   *
   * @param choices for what the fault leaves open
   */
  public Lead prepare(Random choices) {
    random = choices;
    lead = look();
    if (!leaderStruck && lead.leader().isEmpty()) {
      await("a leader to strike")
          .atMost(PATIENCE)
          .pollInterval(SOON)
          .until(
              () -> {
                lead = look();
                return lead.leader().isPresent();
              });
    }
    return lead;
  }

  /** Who leads now. */
  public Lead look() {
    return Lead.of(cluster.status());
  }

  /** Whether a fault that is in force has taken the leader away. */
  public boolean isLeaderStruck() {
    return leaderStruck;
  }

  /** The members that no fault that is in force has taken away. */
  public List<String> spared() {
    return cluster.nodeIds().stream().filter(id -> !struck.contains(id)).toList();
  }

  /** A fault is in force: if it is exclusive, others are looked for elsewhere. */
  public void struck(Strike strike) {
    if (strike.exclusive()) {
      struck.addAll(strike.victims());
      leaderStruck |= strike.victims().stream().anyMatch(lead::isOf);
    }
  }

  /** All are lifted. */
  public void lifted() {
    struck.clear();
    leaderStruck = false;
  }

  /** Who led before this fault, unless it has been struck already; then any other. */
  String leader() {
    return lead.leader().filter(id -> !struck.contains(id)).orElseGet(this::follower);
  }

  /** A node that does not lead, as far as is known, and has not been struck. */
  String follower() {
    List<String> others = spared().stream().filter(id -> !lead.isOf(id)).toList();
    if (others.isEmpty()) {
      throw new IllegalStateException("there is no node left to strike");
    }
    return others.get(random.nextInt(others.size()));
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
    await(id + " to be up").atMost(PATIENCE).until(() -> knowsALeader(id));
  }

  boolean knowsALeader(String id) {
    return cluster.status().up().stream()
        .anyMatch(up -> up.name().equals(id) && up.leader().isPresent());
  }

  /** What clients that are pinned to a node asked it, or waited for, between these times. */
  HistorySummary readsAt(String node, long fromNanos, long toNanos) {
    return history.summary().at(node).underWayBetween(fromNanos, toNanos);
  }

  /** Waits until so many more writes, and so many more reads, have been acknowledged. */
  public void awaitAcknowledged(int writes, int reads) {
    long writesGoal = acknowledged(true) + writes;
    long readsGoal = acknowledged(false) + reads;
    await("%d more writes and %d more reads to be acknowledged".formatted(writes, reads))
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> acknowledged(true) >= writesGoal && acknowledged(false) >= readsGoal);
  }

  private long acknowledged(boolean writes) {
    return history.summary().count(one -> one.isOk() && one.op().isWrite() == writes);
  }

  /** Waits until so many more puts of this kind of key have been acknowledged. */
  void awaitPuts(String prefix, int more) {
    long goal = puts(prefix) + more;
    await("%d more puts of %s".formatted(more, prefix))
        .atMost(MUCH_PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> puts(prefix) >= goal);
  }

  private long puts(String prefix) {
    return history
        .summary()
        .count(one -> one.op() == OpKind.PUT && one.isOk() && one.key().startsWith(prefix));
  }
}
