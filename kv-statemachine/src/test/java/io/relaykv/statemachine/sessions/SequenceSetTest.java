package io.relaykv.statemachine.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.statemachine.sessions.SequenceSet.Added;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SequenceSetTest {
  @Test
  void remembersNumbersInAnyOrder() {
    SequenceSet set = new SequenceSet();
    for (long number : new long[] {5, 3, 4, 1, 9, 2}) {
      assertThat(set.add(number)).as("%d", number).isEqualTo(Added.NEW);
    }
    for (long number : new long[] {1, 2, 3, 4, 5, 9}) {
      assertThat(set.add(number)).as("%d", number).isEqualTo(Added.KNOWN);
    }
    assertThat(set.add(6)).isEqualTo(Added.NEW);
  }

  @Test
  void neighboursTakeOneRunHoweverMany() {
    SequenceSet set = new SequenceSet();
    int empty = set.sizeBytes();
    for (long number = 1; number <= 10_000; number++) {
      set.add(number);
    }
    assertThat(set.sizeBytes()).isEqualTo(empty + 16);
  }

  @Test
  void refusesWhatLiesBelowTheFloor() {
    SequenceSet set = new SequenceSet();
    set.add(1);
    set.raiseFloor(5);
    assertThat(set.add(1)).isEqualTo(Added.REFUSED);
    assertThat(set.add(4)).isEqualTo(Added.REFUSED);
    assertThat(set.add(5)).isEqualTo(Added.NEW);
    set.raiseFloor(3);
    assertThat(set.add(4)).as("a floor never goes down").isEqualTo(Added.REFUSED);
  }

  @Test
  void aFloorInsideARunCutsIt() {
    SequenceSet set = new SequenceSet();
    for (long number = 1; number <= 10; number++) {
      set.add(number);
    }
    set.add(20);
    set.raiseFloor(10);
    assertThat(row(set)).isEqualTo(longs(10, 10, 10, 20, 20));
    assertThat(set.add(10)).isEqualTo(Added.KNOWN);
    set.raiseFloor(11);
    assertThat(row(set)).isEqualTo(longs(11, 20, 20));
    assertThat(set.add(11)).isEqualTo(Added.NEW);
    set.raiseFloor(21);
    assertThat(row(set)).isEqualTo(longs(21));
  }

  @Test
  void refusesOneRunTooManyAndStillTakesWhatNeedsNone() {
    SequenceSet set = new SequenceSet();
    for (int run = 0; run < SequenceSet.MAX_RUNS; run++) {
      assertThat(set.add(1000 + 3L * run)).isEqualTo(Added.NEW);
    }
    assertThat(set.add(1)).isEqualTo(Added.REFUSED);
    assertThat(set.add(1_000_000)).isEqualTo(Added.REFUSED);
    assertThat(set.add(1000)).isEqualTo(Added.KNOWN);
    assertThat(set.add(1001)).as("grows a run").isEqualTo(Added.NEW);
    assertThat(set.add(1002)).as("joins two").isEqualTo(Added.NEW);
    assertThat(set.add(1)).as("one was free").isEqualTo(Added.NEW);
    assertThat(set.add(1_000_000)).isEqualTo(Added.REFUSED);
    set.raiseFloor(1006);
    assertThat(set.add(1_000_000)).isEqualTo(Added.NEW);
  }

  @Test
  void takesTheLargestNumbersAndNoNegativeOnes() {
    SequenceSet set = new SequenceSet();
    assertThat(set.add(Long.MAX_VALUE)).isEqualTo(Added.NEW);
    assertThat(set.add(Long.MAX_VALUE - 1)).isEqualTo(Added.NEW);
    assertThat(set.add(Long.MAX_VALUE)).isEqualTo(Added.KNOWN);
    assertThat(set.add(-1)).as("2^64 - 1 on the wire").isEqualTo(Added.REFUSED);
    assertThat(set.add(Long.MIN_VALUE)).isEqualTo(Added.REFUSED);
    assertThat(set.add(0)).isEqualTo(Added.NEW);
    set.raiseFloor(Long.MIN_VALUE);
    assertThat(set.add(0)).isEqualTo(Added.KNOWN);
    set.raiseFloor(Long.MAX_VALUE);
    assertThat(set.add(Long.MAX_VALUE)).isEqualTo(Added.KNOWN);
    assertThat(set.add(Long.MAX_VALUE - 1)).isEqualTo(Added.REFUSED);
  }

  @Test
  void agreesWithASortedSetOnRandomNumbersFloorsAndReloads() {
    long seed = Long.getLong("relaykv.test.seed", System.nanoTime());
    Random random = new Random(seed);
    SequenceSet set = new SequenceSet();
    Model model = new Model();
    long frontier = 1;
    boolean sparse = false;
    for (int step = 0; step < 100_000; step++) {
      String what = "relaykv.test.seed=%d, step %d".formatted(seed, step);
      if (step % 10_000 == 0) {
        // A well-behaved client, then one that leaves gaps until it is refused, in turns.
        sparse = !sparse;
      }
      int kind = random.nextInt(1000);
      if (kind == 0) {
        long floor = frontier - (sparse ? 20_000 : random.nextInt(40));
        set.raiseFloor(floor);
        model.raiseFloor(floor);
      } else if (kind == 1) {
        set = SequenceSet.readFrom(ByteBuffer.wrap(row(set)));
      } else {
        boolean fresh = random.nextInt(4) != 0;
        frontier += fresh ? 1 + random.nextInt(sparse ? 5 : 2) : 0;
        long number = frontier - (fresh ? 0 : random.nextInt(60));
        byte[] before = step % 100 == 0 ? row(set) : new byte[0];
        Added probed = set.probe(number);
        assertThat(step % 100 == 0 ? row(set) : before)
            .as("a probe changes nothing")
            .isEqualTo(before);
        assertThat(set.add(number)).as(what).isEqualTo(probed).isEqualTo(model.add(number));
      }
      assertThat(set.sizeBytes()).as(what).isEqualTo(8 + 16 * model.runs);
      if (step % 1000 == 0) {
        assertThat(row(set)).as(what).isEqualTo(model.row());
      }
    }
    assertThat(model.refusedForRuns).as("relaykv.test.seed=%d", seed).isPositive();
  }

  /** What the set must do, in the simplest way. */
  private static final class Model {
    private final TreeSet<Long> numbers = new TreeSet<>();
    private long floor;
    private int runs;
    private int refusedForRuns;

    Added add(long number) {
      if (number < floor) {
        return Added.REFUSED;
      }
      if (numbers.contains(number)) {
        return Added.KNOWN;
      }
      int neighbours =
          (numbers.contains(number - 1) ? 1 : 0) + (numbers.contains(number + 1) ? 1 : 0);
      if (neighbours == 0 && runs == SequenceSet.MAX_RUNS) {
        refusedForRuns++;
        return Added.REFUSED;
      }
      runs += 1 - neighbours;
      numbers.add(number);
      return Added.NEW;
    }

    void raiseFloor(long newFloor) {
      floor = Math.max(floor, newFloor);
      numbers.headSet(floor).clear();
      runs = 0;
      for (long number : numbers) {
        runs += numbers.contains(number - 1) ? 0 : 1;
      }
    }

    byte[] row() {
      ByteBuffer row = ByteBuffer.allocate(8 + 16 * runs).putLong(floor);
      for (long number : numbers) {
        if (!numbers.contains(number - 1)) {
          row.putLong(number);
        }
        if (!numbers.contains(number + 1)) {
          row.putLong(number);
        }
      }
      return row.array();
    }
  }

  private static byte[] row(SequenceSet set) {
    ByteBuffer row = ByteBuffer.allocate(set.sizeBytes());
    set.writeTo(row);
    assertThat(row.hasRemaining()).isFalse();
    return row.array();
  }

  private static byte[] longs(long... numbers) {
    ByteBuffer row = ByteBuffer.allocate(8 * numbers.length);
    for (long number : numbers) {
      row.putLong(number);
    }
    return row.array();
  }
}
