package io.relaykv.tests.nemesis;

import io.relaykv.testkit.FaultCounts;
import io.relaykv.testkit.KvCluster;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Links between nodes that are cut, slow or lose packets. */
final class LinkFaults {
  private static final Duration DELAY = Duration.ofMillis(100);
  private static final Duration JITTER = Duration.ofMillis(50);
  private static final double LOSS = 0.3;
  private static final String CUT = "messages were cut";

  private LinkFaults() {}

  /** Off from the others, both ways; clients still reach it. */
  static Strike isolate(Scene scene, String victim) {
    return off(scene, victim, scene.cluster()::isolate);
  }

  /** It hears nobody, and is heard. */
  static Strike isolateInbound(Scene scene, String victim) {
    return off(scene, victim, scene.cluster()::isolateInbound);
  }

  /** It hears the others, and is not heard. */
  static Strike isolateOutbound(Scene scene, String victim) {
    return off(scene, victim, scene.cluster()::isolateOutbound);
  }

  /** As if its cable were pulled. */
  static Strike isolateFromAll(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    return off(
        scene,
        victim,
        id -> {
          cluster.isolate(id);
          cluster.isolateFromClients(id);
        });
  }

  private static Strike off(Scene scene, String victim, Consumer<String> how) {
    KvCluster cluster = scene.cluster();
    long before = sum(cluster, FaultCounts::cutMessages);
    Object fault = new Object();
    othersThan(cluster, victim).forEach(other -> scene.cutLinks().hold(fault, victim, other));
    how.accept(victim);
    return cut(cluster, Set.of(victim), before, () -> reconnect(scene, fault, victim));
  }

  /** If nobody had anything to send at first, the cut is seen by the time it is lifted. */
  private static Strike cut(KvCluster cluster, Set<String> victims, long before, Runnable lift) {
    AtomicBoolean seen = new AtomicBoolean(cuts(cluster, before));
    return new Strike(
        victims,
        true,
        () -> {
          if (!seen.get()) {
            seen.set(cuts(cluster, before));
          }
          lift.run();
        },
        () -> Optional.of(CUT).filter(proof -> seen.get()));
  }

  private static void reconnect(Scene scene, Object fault, String victim) {
    KvCluster cluster = scene.cluster();
    othersThan(cluster, victim).forEach(other -> reconnect(scene, fault, victim, other));
    cluster.reconnectClients(victim);
  }

  private static void reconnect(Scene scene, Object fault, String a, String b) {
    if (scene.cutLinks().release(fault, a, b)) {
      scene.cluster().links().reconnect(a, b);
    }
  }

  /**
   * Two nodes do not reach each other; a third reaches both. Both count as struck: a further fault
   * that shows itself only in a node that hears of writes is looked for at the third. A node that
   * another fault has taken away is not chosen if there is one besides: it may have nothing to
   * send.
   */
  static Strike cutOneLink(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    String other =
        othersThan(cluster, victim).stream()
            .filter(cluster::isRunning)
            .min(Comparator.comparing(id -> !scene.spared().contains(id)))
            .orElseThrow(() -> new IllegalStateException("no other node runs"));
    long before = sum(cluster, FaultCounts::cutMessages);
    Object fault = new Object();
    scene.cutLinks().hold(fault, victim, other);
    cluster.links().cut(victim, other);
    return cut(
        cluster, Set.of(victim, other), before, () -> reconnect(scene, fault, victim, other));
  }

  private static List<String> othersThan(KvCluster cluster, String victim) {
    return cluster.nodeIds().stream().filter(id -> !id.equals(victim)).toList();
  }

  /** Cut off and back every 300 ms to 1.5 s. */
  static Strike flap(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    List<String> others = othersThan(cluster, victim);
    long before = sum(cluster, FaultCounts::cutMessages);
    int periodMs = 300 + scene.random().nextInt(1200);
    ScheduledExecutorService flapping = Executors.newSingleThreadScheduledExecutor();
    Object fault = new Object();
    boolean[] off = {false};
    var unused =
        flapping.scheduleAtFixedRate(
            () -> {
              off[0] = !off[0];
              others.forEach(
                  other -> {
                    if (off[0]) {
                      scene.cutLinks().hold(fault, victim, other);
                      cluster.links().cut(victim, other);
                    } else {
                      reconnect(scene, fault, victim, other);
                    }
                  });
            },
            0,
            periodMs,
            TimeUnit.MILLISECONDS);
    return cut(
        cluster,
        Set.of(victim),
        before,
        () -> {
          end(flapping);
          reconnect(scene, fault, victim);
        });
  }

  private static void end(ScheduledExecutorService thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the links still flap");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Every message of and to a node takes longer, some much longer than others. */
  static Strike delay(Scene scene, String victim) {
    return slow(
        scene, victim, (from, to) -> scene.cluster().links().delay(from, to, DELAY, JITTER));
  }

  /** Of the messages of and to a node 30 % arrive only when they are sent again. */
  static Strike lose(Scene scene, String victim) {
    return slow(scene, victim, (from, to) -> scene.cluster().links().lossy(from, to, LOSS));
  }

  private static Strike slow(Scene scene, String victim, BiConsumer<String, String> how) {
    KvCluster cluster = scene.cluster();
    long before = sum(cluster, FaultCounts::delayedMessages);
    List<String> others = othersThan(cluster, victim);
    for (String other : others) {
      how.accept(victim, other);
      how.accept(other, victim);
    }
    boolean late = Scene.comesAbout(() -> sum(cluster, FaultCounts::delayedMessages) > before);
    return Strike.mild(
        victim,
        () -> others.forEach(other -> cluster.links().speedUp(victim, other)),
        late,
        "messages from or to %s were late".formatted(victim));
  }

  private static boolean cuts(KvCluster cluster, long before) {
    return Scene.comesAbout(() -> sum(cluster, FaultCounts::cutMessages) > before);
  }

  private static long sum(KvCluster cluster, ToLongFunction<FaultCounts> what) {
    return cluster.nodeIds().stream()
        .filter(cluster::isRunning)
        .mapToLong(id -> what.applyAsLong(cluster.faultsOf(id)))
        .sum();
  }
}
