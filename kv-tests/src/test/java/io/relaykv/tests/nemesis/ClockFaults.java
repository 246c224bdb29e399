package io.relaykv.tests.nemesis;

import com.google.protobuf.ByteString;
import io.relaykv.testkit.KvCluster;
import io.relaykv.tests.fault.RawStream;
import java.time.Duration;
import java.util.List;

/** Wall clocks that jump, as when an operator or a time server sets them. */
final class ClockFaults {
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofMillis(300),
          Duration.ofMillis(-300),
          Duration.ofHours(1),
          Duration.ofHours(-1),
          Duration.ofDays(3650),
          Duration.ofDays(-3650));

  private ClockFaults() {}

  static Strike jump(Scene scene, String victim) {
    KvCluster cluster = scene.cluster();
    Duration offset = JUMPS.get(scene.random().nextInt(JUMPS.size()));
    long before = cluster.faultsOf(victim).shiftedClockReads();
    cluster.jumpClock(victim, offset);
    boolean read = isRead(cluster, victim, before);
    return Strike.mild(
        victim,
        () -> {
          if (cluster.isRunning(victim)) {
            cluster.jumpClock(victim, Duration.ZERO);
          }
        },
        read,
        "%s has read the time, %s off".formatted(victim, offset));
  }

  /** A key may have expired, so a node looks at its clock when one is shown. */
  private static boolean isRead(KvCluster cluster, String victim, long before) {
    try (RawStream client =
        new RawStream(
            cluster.addressOf(victim), cluster.apiKey(), ByteString.copyFrom(new byte[16]))) {
      var unused = client.get("clock");
      return Scene.comesAbout(() -> cluster.faultsOf(victim).shiftedClockReads() > before);
    }
  }
}
