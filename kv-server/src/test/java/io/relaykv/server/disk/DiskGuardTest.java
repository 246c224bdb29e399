package io.relaykv.server.disk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.tls.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGuardTest {
  private static final long MIB = 1 << 20;

  private final LogLines log = new LogLines(DiskGuard.class).alone();
  private final FakeDisk disk = new FakeDisk();

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void refusesBelowOneLimitAndUntilTheOtherIsPassed() {
    disk.has(10);
    assertThat(disk.guard.refusal()).isEmpty();
    disk.has(9);
    assertThat(disk.guard.refusal()).isPresent();
    disk.has(20);
    assertThat(disk.guard.refusal()).as("it does not flap").isPresent();
    disk.has(21);
    assertThat(disk.guard.refusal()).isEmpty();
    disk.has(19);
    assertThat(disk.guard.refusal()).isEmpty();
  }

  @Test
  void saysWhichNodeHowMuchThereIsAndWhatToDo() {
    disk.has(9);
    assertThat(disk.guard.refusal())
        .hasValue(
            "n1 takes no puts, as its disk has only 9 MiB free (disk.stop-writes is 10 MiB): delete"
                + " keys or give the disk room; above 20 MiB it takes them again by itself");
    disk.has(12);
    assertThat(disk.guard.refusal().orElseThrow()).contains("has only 12 MiB free");
  }

  @Test
  void logsOneLineWhenItBeginsAndOneWhenItEnds() {
    disk.has(9);
    disk.has(5);
    disk.has(11);
    assertThat(log.warnings()).singleElement().asString().startsWith("n1 takes no puts");
    assertThat(log.of(Level.INFO)).isEmpty();
    disk.has(30);
    disk.has(30);
    assertThat(log.of(Level.INFO)).containsExactly("n1 takes puts again: its disk has 30 MiB free");
    assertThat(log.warnings()).hasSize(1);
  }

  @Test
  void staysAsItIsWhileNobodyKnowsHowMuchThereIs() {
    disk.has(9);
    disk.fails();
    disk.fails();
    assertThat(disk.guard.refusal()).isPresent();
    assertThat(log.warnings())
        .filteredOn(line -> line.startsWith("Cannot tell"))
        .containsExactly(
            "Cannot tell how much free space there is: java.io.IOException: Input/output error");
    disk.has(30);
    disk.fails();
    assertThat(disk.guard.refusal()).isEmpty();
  }

  @Test
  void wantsASnapshotAtOnceAndThenEveryHalfMinute() {
    assertThat(disk.guard.wantsSnapshot()).isFalse();
    for (int look = 0; look <= 60; look++) {
      disk.has(9);
      assertThat(disk.guard.wantsSnapshot()).as("look %d", look).isEqualTo(look % 30 == 0);
    }
    disk.has(30);
    assertThat(disk.guard.wantsSnapshot()).isFalse();
    disk.has(9);
    assertThat(disk.guard.wantsSnapshot()).isTrue();
  }

  @Test
  void wantsNoSnapshotThatMayFailForWantOfSpace() {
    disk.has(3);
    assertThat(disk.guard.wantsSnapshot()).isFalse();
  }

  @Test
  void countsWhatItRefuses() {
    assertThat(gauge("free_bytes")).isEqualTo(1L << 40);
    assertThat(gauge("refusing_puts")).isEqualTo(false);
    disk.has(9);
    disk.guard.refusedPut();
    assertThat(gauge("free_bytes")).isEqualTo(9 * MIB);
    assertThat(gauge("refusing_puts")).isEqualTo(true);
    assertThat(disk.metrics.counter("relaykv.disk.n1.refused_puts").getCount()).isEqualTo(1);
    disk.guard.close();
    assertThat(disk.metrics.getMetrics()).isEmpty();
  }

  private Object gauge(String name) {
    return disk.metrics.getGauges().get("relaykv.disk.n1." + name).getValue();
  }

  @Test
  void looksAtTheDiskThatTheDirectoryIsOn(@TempDir Path directory) throws Exception {
    long free = Files.getFileStore(directory).getUsableSpace();
    try (DiskGuard full =
        DiskGuard.of("n1", directory, new NodeConfig.Disk(0, free * 2, free * 3), disk.metrics)) {
      assertThat(full.refusal()).isPresent();
    }
    try (DiskGuard roomy =
        DiskGuard.of("n1", directory, new NodeConfig.Disk(0, 0, 1), disk.metrics)) {
      assertThat(roomy.refusal()).isEmpty();
    }
  }

  /** The sum in the comment of {@link DiskGuard}. */
  @Test
  void theDefaultMarginHoldsWhatGoesOnWithoutPuts(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("n1.conf"),
            """
            node.id = n1
            data.dir = data
            data.allow-temporary = true
            cluster.peers = [{id = n1, client = "127.0.0.1:1", peer = "127.0.0.1:2"}]
            """);
    NodeConfig defaults = NodeConfig.load(file, Map.of(), Map.of());
    long pending = 2 * defaults.limits().pendingBytes();
    long untilTheNextLook = 64 * MIB;
    long logStep = 4 * MIB;
    long flushes = pending + untilTheNextLook + 2 * 32 * MIB;
    long compaction = 4 * 32 * MIB + 256 * MIB;
    assertThat(
            pending
                + untilTheNextLook
                + logStep
                + flushes
                + compaction
                + defaults.disk().freeMinBytes())
        .isLessThanOrEqualTo(defaults.disk().stopWritesBytes());
  }
}
