package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotTriggerTest {
  private static final int MANY = 1_000_000;

  @Test
  void isDueAfterEntriesOrBytesWhicheverComesFirst() {
    SnapshotTrigger byEntries = new SnapshotTrigger(10, MANY, new Random(1));
    assertThat(entriesUntilDue(byEntries, 1)).isBetween(8, 10);
    SnapshotTrigger byBytes = new SnapshotTrigger(MANY, 10_000, new Random(1));
    assertThat(entriesUntilDue(byBytes, 1_000)).isBetween(8, 10);
  }

  @Test
  void countsAnewAfterEachSnapshot() {
    SnapshotTrigger trigger = new SnapshotTrigger(10, MANY, new Random(1));
    entriesUntilDue(trigger, 1);
    trigger.snapshotTaken();
    assertThat(trigger.isDue(false)).isFalse();
    assertThat(entriesUntilDue(trigger, 1)).isBetween(8, 10);
  }

  @Test
  void nodesDoNotAllTakeTheirsAtTheSameMoment() {
    Set<Integer> entries = new HashSet<>();
    SnapshotTrigger trigger = new SnapshotTrigger(1_000, MANY, new Random(1));
    for (int snapshot = 0; snapshot < 20; snapshot++) {
      trigger.snapshotTaken();
      entries.add(entriesUntilDue(trigger, 1));
    }
    assertThat(entries).hasSizeGreaterThan(10).allMatch(count -> count >= 800 && count <= 1_000);
  }

  @Test
  void waitsForAFollowerThatIsGettingOneUntilTheLogIsFourTimesAsLong() {
    SnapshotTrigger trigger = new SnapshotTrigger(2, 1_000, new Random(1));
    for (int i = 0; i < 39; i++) {
      trigger.entryApplied(100);
    }
    assertThat(trigger.isDue(true)).isFalse();
    assertThat(trigger.isDue(false)).isTrue();
    trigger.entryApplied(100);
    assertThat(trigger.isDue(true)).isTrue();
  }

  private static int entriesUntilDue(SnapshotTrigger trigger, int bytesEach) {
    int entries = 0;
    while (!trigger.isDue(false)) {
      trigger.entryApplied(bytesEach);
      entries++;
    }
    return entries;
  }
}
