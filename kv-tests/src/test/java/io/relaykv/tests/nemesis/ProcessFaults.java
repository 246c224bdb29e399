package io.relaykv.tests.nemesis;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvException;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.history.HistorySummary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Processes that die, stand still or are stopped. */
final class ProcessFaults {
  private ProcessFaults() {}

  static Strike kill(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    cluster.kill(victim);
    boolean gone = !cluster.isRunning(victim);
    return Strike.on(
        victim,
        () -> cluster.start(victim),
        () -> Optional.of("its process was gone").filter(proof -> gone));
  }

  /** Right after something that must not be done twice: API keys are made. */
  static Strike killAfterKeys(Scene scene, String victim) {
    try {
      scene.cluster().newApiKey(KvCluster.ACCOUNT, ApiKeyRight.READ);
      scene.cluster().newApiKey(KvCluster.ACCOUNT, ApiKeyRight.READ);
    } catch (KvException e) {
      // Another fault has left the cluster without a leader: a kill alone.
    }
    return kill(scene, victim);
  }

  static Strike killAll(Scene scene) {
    KvCluster cluster = scene.cluster();
    Set<String> all = Set.copyOf(cluster.nodeIds());
    cluster.killAll();
    return allGone(cluster, all);
  }

  static Strike cutPower(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    cluster.cutPower(victim);
    boolean gone = !cluster.isRunning(victim);
    return Strike.on(
        victim,
        () -> cluster.start(victim),
        () -> Optional.of("what its log had not synced is gone").filter(proof -> gone));
  }

  static Strike cutPowerOfAll(Scene scene) {
    KvCluster cluster = scene.cluster();
    Set<String> all = Set.copyOf(cluster.nodeIds());
    cluster.cutPowerOfAll();
    return allGone(cluster, all);
  }

  private static Strike allGone(KvCluster cluster, Set<String> all) {
    boolean gone = all.stream().noneMatch(cluster::isRunning);
    return new Strike(
        all,
        true,
        cluster::startAll,
        () -> Optional.of("no process was left").filter(proof -> gone));
  }

  static Strike pause(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    cluster.pause(victim);
    // Some of its threads may run for a moment yet.
    long still = System.nanoTime() + Duration.ofMillis(50).toNanos();
    long[] resumed = {Long.MAX_VALUE};
    return Strike.on(
        victim,
        () -> {
          resumed[0] = System.nanoTime();
          cluster.resume(victim);
        },
        () -> {
          HistorySummary reads = scene.readsAt(victim, still, resumed[0]);
          // What it was asked before, it may have answered: its client may take long to see that.
          long answered =
              reads.count(
                  read -> read.isOk() && read.call() > still && read.returned() < resumed[0]);
          // Nobody asks a node alone that has joined later.
          return Optional.of(
                  "it was stopped; of %d reads it answered none that it got then"
                      .formatted(reads.operations().size()))
              .filter(proof -> answered == 0);
        });
  }

  /** In order, as for an upgrade. */
  static Strike stop(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    cluster.stop(victim);
    boolean gone = !cluster.isRunning(victim);
    return Strike.on(
        victim,
        () -> cluster.start(victim),
        () -> Optional.of("its process has ended with 0").filter(proof -> gone));
  }

  /** One after the other, while the others serve. */
  static Strike restartEach(Scene scene) {
    KvCluster cluster = scene.cluster();
    List<String> all = cluster.nodeIds();
    for (String id : all) {
      cluster.stop(id);
      cluster.start(id);
      scene.awaitUp(id);
    }
    return new Strike(
        Set.copyOf(all), false, () -> {}, () -> Optional.of("each was stopped and started"));
  }
}
