package io.relaykv.statemachine.sessions;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A set of sequence numbers from a floor upwards, kept as runs of neighbours. Numbers arrive nearly
 * in order and the floor follows them, so that one run is the rule.
 */
final class SequenceSet {
  /** A client that leaves more gaps than this does not follow the protocol. */
  static final int MAX_RUNS = 4096;

  private long floor;

  /** First and last number of each run, in order: no two runs touch. */
  private long[] bounds = new long[2];

  private int runs;

  /** The result of {@link #add}. */
  enum Added {
    /** It was not in the set and is now. */
    NEW,
    /** It was in the set. */
    KNOWN,
    /** It lies below the floor, or would be one run too many; the set is as it was. */
    REFUSED
  }

  /** What {@link #add} would come to. */
  Added probe(long number) {
    if (number < floor) {
      return Added.REFUSED;
    }
    int run = runBehind(number);
    if (run > 0 && number <= last(run - 1)) {
      return Added.KNOWN;
    }
    boolean newRun = !touchesPrevious(run, number) && !touchesNext(run, number);
    return newRun && runs == MAX_RUNS ? Added.REFUSED : Added.NEW;
  }

  Added add(long number) {
    Added result = probe(number);
    if (result == Added.NEW) {
      insert(number);
    }
    return result;
  }

  private void insert(long number) {
    int run = runBehind(number);
    boolean touchesPrevious = touchesPrevious(run, number);
    boolean touchesNext = touchesNext(run, number);
    if (touchesPrevious && touchesNext) {
      bounds[2 * run - 1] = last(run);
      removeRuns(run, 1);
    } else if (touchesPrevious) {
      bounds[2 * run - 1] = number;
    } else if (touchesNext) {
      bounds[2 * run] = number;
    } else {
      insertRun(run, number);
    }
  }

  private boolean touchesPrevious(int run, long number) {
    return run > 0 && last(run - 1) == number - 1;
  }

  private boolean touchesNext(int run, long number) {
    return run < runs && first(run) == number + 1;
  }

  /** Forgets the numbers below {@code newFloor}; a floor never goes down. */
  void raiseFloor(long newFloor) {
    if (newFloor <= floor) {
      return;
    }
    floor = newFloor;
    int gone = 0;
    while (gone < runs && last(gone) < floor) {
      gone++;
    }
    removeRuns(0, gone);
    if (runs > 0 && first(0) < floor) {
      bounds[0] = floor;
    }
  }

  /** The index of the first run that begins above {@code number}. */
  private int runBehind(long number) {
    int low = 0;
    int high = runs;
    if (runs > 0 && first(runs - 1) <= number) {
      return runs;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (first(middle) <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long first(int run) {
    return bounds[2 * run];
  }

  private long last(int run) {
    return bounds[2 * run + 1];
  }

  private void insertRun(int run, long number) {
    if (2 * runs == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    System.arraycopy(bounds, 2 * run, bounds, 2 * run + 2, 2 * (runs - run));
    bounds[2 * run] = number;
    bounds[2 * run + 1] = number;
    runs++;
  }

  private void removeRuns(int from, int count) {
    System.arraycopy(bounds, 2 * (from + count), bounds, 2 * from, 2 * (runs - from - count));
    runs -= count;
  }

  int sizeBytes() {
    return Long.BYTES * (1 + 2 * runs);
  }

  /** Writes floor and runs: 8 bytes each. */
  void writeTo(ByteBuffer buffer) {
    buffer.putLong(floor);
    for (int i = 0; i < 2 * runs; i++) {
      buffer.putLong(bounds[i]);
    }
  }

  /** Reads what {@link #writeTo} wrote, to the end of {@code buffer}. */
  static SequenceSet readFrom(ByteBuffer buffer) {
    SequenceSet set = new SequenceSet();
    set.floor = buffer.getLong();
    set.runs = buffer.remaining() / (2 * Long.BYTES);
    set.bounds = new long[Math.max(2, 2 * set.runs)];
    for (int i = 0; i < 2 * set.runs; i++) {
      set.bounds[i] = buffer.getLong();
    }
    return set;
  }
}
