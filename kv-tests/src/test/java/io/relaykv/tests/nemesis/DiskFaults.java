package io.relaykv.tests.nemesis;

import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.LogFault;
import java.time.Duration;

/** Disks that are slow, fail or are full. */
final class DiskFaults {
  private static final int HALTED = 70;

  private DiskFaults() {}

  static Strike slowFsync(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    Duration delay = Duration.ofMillis(100 + scene.random().nextInt(400));
    long before = cluster.faultsOf(victim).delayedFsyncs();
    cluster.slowFsync(victim, delay);
    boolean slow = Scene.comesAbout(() -> cluster.faultsOf(victim).delayedFsyncs() > before);
    return Strike.mild(
        victim,
        () -> {
          if (cluster.isRunning(victim)) {
            cluster.mendLog(victim);
          }
        },
        slow,
        "an fsync of %s took %d ms longer".formatted(victim, delay.toMillis()));
  }

  /** The node halts: what it could not store, it may not promise. */
  static Strike fail(Scene scene, String victim, LogFault how) {
    KvCluster cluster = scene.cluster();
    cluster.failLog(victim, how);
    int exitCode = cluster.awaitEnd(victim);
    return Strike.seen(
        victim,
        () -> {
          cluster.mendLog(victim);
          cluster.start(victim);
        },
        exitCode == HALTED,
        "the node has halted");
  }

  /** To the last byte, or nearly: the node takes no puts, or halts. */
  static Strike fill(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    cluster.fillDisk(victim, scene.random().nextBoolean() ? 0 : 8 << 20);
    boolean noticed =
        Scene.comesAbout(() -> !cluster.isRunning(victim) || isShortOfDisk(cluster, victim));
    return Strike.seen(
        victim,
        () -> {
          cluster.freeDisk(victim);
          // It may be about to halt: a candidate that could not write its term does soon.
          Scene.comesAbout(() -> !cluster.isRunning(victim) || scene.knowsALeader(victim));
          if (!cluster.isRunning(victim)) {
            cluster.start(victim);
          }
        },
        noticed,
        "the node has noticed it");
  }

  private static boolean isShortOfDisk(KvCluster cluster, String id) {
    return cluster.status().shortOfDisk().stream().map(NodeStatus.Up::name).anyMatch(id::equals);
  }
}
