package io.relaykv.tests.scenario;

import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Outcome;
import io.relaykv.tests.nemesis.Nemesis;
import io.relaykv.tests.nemesis.Scene;
import io.relaykv.tests.nemesis.Strike;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import io.relaykv.tests.workload.BigValuesWorkload;
import io.relaykv.tests.workload.LedgerWorkload;
import io.relaykv.tests.workload.RegisterWorkload;
import io.relaykv.tests.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One run of a scenario: a new cluster of three real processes, clients at work, the faults, and
 * what must hold afterwards. The same seed draws the same faults, victims' numbers, times and
 * operations; what the threads make of it differs.
 */
public final class ScenarioRun {
  /** Before the first fault: what a run that never worked cannot have. */
  private static final int OK_BEFORE = 500;

  /** After each fault has been lifted. */
  private static final int OK_AFTER = 300;

  /** The least time for either. */
  private static final Duration BREATH = Duration.ofSeconds(2);

  private final Scenario scenario;
  private final long seed;
  private final Mutation mutation;
  private final RunFiles files;
  private final Random random;
  private final List<FaultRecord> faults = new ArrayList<>();
  private Duration longestOutage = Duration.ZERO;
  private int recorded;
  private int struck;

  /**
   * @param directory for what the run leaves behind; missing or empty
   */
  ScenarioRun(Scenario scenario, long seed, Mutation mutation, Path directory) {
    this.scenario = scenario;
    this.seed = seed;
    this.mutation = mutation;
    this.files = new RunFiles(directory);
    this.random = new Random(seed);
  }

  /**
   * Runs it. Leaves nothing behind if all held, but for a run in which a bug did not show itself.
   *
   * @throws RunFailedException if something did not; the message says where everything is
   */
  RunReport run() {
    System.out.printf("Scenario %s, seed %d%n", scenario, seed);
    files.meta(scenario, seed, mutation.name());
    long begin = System.nanoTime();
    try {
      RunReport report = play(begin);
      if (mutation.equals(Mutation.NONE)) {
        files.delete();
      }
      System.out.println(report.summary());
      System.out.println(report.proofs());
      return report;
    } catch (RunFailedException e) {
      throw kept(e.kind(), e);
    } catch (ConditionTimeoutException e) {
      throw kept(Kind.NOT_SERVING, e);
    } catch (RuntimeException | Error e) {
      throw kept(Kind.UNEXPECTED, e);
    }
  }

  private RunFailedException kept(Kind kind, Throwable failure) {
    String message =
        "%s: %s%n  scenario %s, seed %d; all of it is in %s"
            .formatted(kind, failure.getMessage(), scenario, seed, files.directory());
    files.verdict(message);
    return new RunFailedException(kind, message, recorded, struck, failure);
  }

  private RunReport play(long begin) {
    try {
      HistoryRecorder history = new HistoryRecorder(files.history());
      int ledger;
      try (history) {
        ledger = drive(history);
      } finally {
        recorded = history.operations().size();
      }
      Verdicts.requireLinearizable(history.operations());
      HistorySummary all = history.summary();
      Strength.check(all, faults);
      return new RunReport(
          scenario,
          seed,
          all.operations().size(),
          all.count(Outcome.OK),
          all.count(Outcome.UNKNOWN),
          ledger,
          faults,
          longestOutage,
          Duration.ofNanos(System.nanoTime() - begin));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns how many entries there are in the ledger. */
  private int drive(HistoryRecorder history) {
    ProcessOptions options =
        new ProcessOptions(scenario.diskBytes(), mutation.nodes().apply(files.directory()));
    try (KvCluster cluster =
        KvCluster.processesWithFaults(
            Scenario.NODES, files.cluster(), scenario.settings(), options)) {
      LedgerWorkload ledger = new LedgerWorkload(cluster, history, mutation.outcomes());
      List<Workload> workloads =
          List.of(
              new RegisterWorkload(cluster, history, mutation.outcomes(), random),
              ledger,
              new BigValuesWorkload(cluster, history, mutation.outcomes(), random));
      Scene scene = new Scene(cluster, history, random);
      workloads.forEach(Workload::start);
      try {
        holdUntil(System.nanoTime() + BREATH.toNanos());
        scene.awaitAcknowledged(OK_BEFORE);
        scenario.steps().forEach(step -> strike(step, scene, history));
      } finally {
        workloads.forEach(Workload::stop);
      }
      workloads.forEach(Workload::end);
      new FinalChecks(cluster, workloads).run();
      NodeLogs.requireNoErrors(cluster, faults);
      return ledger.acknowledged();
    }
  }

  /** A fault in force, and when it is to be lifted. */
  private record Standing(Nemesis nemesis, Strike strike, long since, long until) {}

  private void strike(List<Nemesis> step, Scene scene, HistoryRecorder history) {
    List<Standing> standing = new ArrayList<>();
    for (Nemesis nemesis : step) {
      Duration hold = nemesis.hold(random);
      Strike strike = nemesis.strike(scene);
      scene.struck(strike.victims());
      struck++;
      long now = System.nanoTime();
      standing.add(new Standing(nemesis, strike, now, now + hold.toNanos()));
    }
    standing.sort(Comparator.comparingLong(Standing::until));
    List<Long> ends = new ArrayList<>();
    for (Standing one : standing) {
      holdUntil(one.until());
      ends.add(System.nanoTime());
      one.strike().lift().run();
      scene.lifted(one.strike().victims());
    }
    long lifted = System.nanoTime();
    scene.awaitAcknowledged(OK_AFTER);
    holdUntil(lifted + BREATH.toNanos());
    longestOutage = longer(longestOutage, outage(history, lifted));
    for (int i = 0; i < standing.size(); i++) {
      record(standing.get(i), ends.get(i));
    }
    requireAllRunning(scene.cluster());
  }

  private void record(Standing ended, long end) {
    FaultRecord fault =
        new FaultRecord(
            ended.nemesis().name(),
            ended.strike().victims(),
            ended.since(),
            end,
            ended.strike().proof().get());
    faults.add(fault);
    files.fault(fault);
  }

  /** The plan of the run, not a wait for something. */
  private static void holdUntil(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** From then until a write is acknowledged that began later. */
  private static Duration outage(HistoryRecorder history, long since) {
    return Duration.ofNanos(
        history.operations().stream()
                .filter(one -> one.call() >= since && one.op().isWrite() && one.isOk())
                .mapToLong(Operation::returned)
                .min()
                .orElse(System.nanoTime())
            - since);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static void requireAllRunning(KvCluster cluster) {
    for (String node : cluster.nodeIds()) {
      if (!cluster.isRunning(node)) {
        throw new RunFailedException(
            Kind.BROKEN_NODE,
            "%s has ended with %d, and nothing was done to it that explains it"
                .formatted(node, cluster.awaitEnd(node)));
      }
    }
  }
}
