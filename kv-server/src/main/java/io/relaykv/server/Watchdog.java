package io.relaykv.server;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends a node that lives but no longer works: it would answer probes, hold its place in the cluster
 * and never come level again. Whatever fails loudly ends the node where it fails ({@link
 * KvNode#fatal}); this looks for what fails silently. One look at a time.
 */
final class Watchdog {
  /** Whoever stops Ratis for a reason of his own has so long to end the node with a better line. */
  static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  /** How often to look. */
  static final long LOOK_MS = 500;

  /** An election begins a moment after a node has become a candidate. */
  static final Duration GIVEN_UP_LIMIT = Duration.ofSeconds(2);

  /** How long entries may be committed and the state not move. */
  static final Duration STALL_LIMIT = Duration.ofSeconds(30);

  /**
   * The most that passes between two looks: what is more, the process was stopped for, and nothing
   * could move.
   */
  private static final long STEP_MAX_NANOS = Duration.ofSeconds(1).toNanos();

  private final Vitals vitals;
  private final FatalHandler fatal;
  private final LongSupplier nanoTime;
  private long lookedAtNanos;
  private long stoppedNanos;
  private long givenUpNanos;
  private long stalledNanos;
  private long lastApplied = Long.MIN_VALUE;

  /** What it looks at. */
  interface Vitals {
    /** Whether Ratis runs. A pause of the JVM beyond its limit makes it close itself, too. */
    boolean ratisRuns();

    /** Whether this node ought to stand for election and does not. */
    boolean hasGivenUpElection();

    /** How often the database could not write to disk. */
    long databaseErrors();

    /** The last entry to be applied. */
    long committedIndex();

    /** The last entry that has been applied. */
    long appliedIndex();

    /** Whether applying waits as a snapshot is made or installed. */
    boolean waitsForSnapshot();
  }

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Watchdog(Vitals vitals, FatalHandler fatal, LongSupplier nanoTime) {
    this.vitals = vitals;
    this.fatal = fatal;
    this.nanoTime = nanoTime;
    this.lookedAtNanos = nanoTime.getAsLong();
  }

  /** Looks once. */
  void tick() {
    long now = nanoTime.getAsLong();
    long passed = Math.min(now - lookedAtNanos, STEP_MAX_NANOS);
    lookedAtNanos = now;
    if (!vitals.ratisRuns()) {
      stoppedNanos += passed;
      if (stoppedNanos >= STOP_LIMIT.toNanos()) {
        fatal.fatal("Ratis has stopped by itself", new IllegalStateException("see the log above"));
      }
      return;
    }
    long databaseErrors = vitals.databaseErrors();
    if (databaseErrors > 0) {
      fatal.fatal(
          "the database cannot write to disk",
          new IllegalStateException(
              "RocksDB counts %d background errors; see LOG in its directory"
                  .formatted(databaseErrors)));
      return;
    }
    givenUpNanos = vitals.hasGivenUpElection() ? givenUpNanos + passed : 0;
    if (givenUpNanos >= GIVEN_UP_LIMIT.toNanos()) {
      fatal.fatal(
          "the election that this node stood for has failed, and Ratis does not begin another",
          new IllegalStateException("see the log above"));
      return;
    }
    long applied = vitals.appliedIndex();
    long committed = vitals.committedIndex();
    if (applied != lastApplied || committed <= applied || vitals.waitsForSnapshot()) {
      lastApplied = applied;
      stalledNanos = 0;
      return;
    }
    stalledNanos += passed;
    if (stalledNanos >= STALL_LIMIT.toNanos()) {
      fatal.fatal(
          "nothing has been applied for " + STALL_LIMIT.toSeconds() + " s",
          new IllegalStateException(
              "applied up to entry %d, committed up to %d".formatted(applied, committed)));
    }
  }
}
