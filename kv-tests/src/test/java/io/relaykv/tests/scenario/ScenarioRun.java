package io.relaykv.tests.scenario;

import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.ProcessOptions;
import io.relaykv.tests.history.HistoryRecorder;
import io.relaykv.tests.history.HistorySummary;
import io.relaykv.tests.history.Operation;
import io.relaykv.tests.history.Outcome;
import io.relaykv.tests.nemesis.Lead;
import io.relaykv.tests.nemesis.Scene;
import io.relaykv.tests.nemesis.Strike;
import io.relaykv.tests.scenario.RunFailedException.Kind;
import io.relaykv.tests.scenario.Schedule.Planned;
import io.relaykv.tests.workload.BigValuesWorkload;
import io.relaykv.tests.workload.LedgerWorkload;
import io.relaykv.tests.workload.RegisterWorkload;
import io.relaykv.tests.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One run of a scenario: a new cluster of three real processes, clients at work, the faults, and
 * what must hold afterwards. What the seed decides is in {@link Schedule}; what the cluster and the
 * threads make of it differs.
 */
public final class ScenarioRun {
  /** Before the first fault: what a run that never worked cannot have. */
  private static final int WRITES_BEFORE = 300;

  private static final int READS_BEFORE = 200;

  /** After each fault has been lifted. */
  private static final int WRITES_AFTER = 200;

  private static final int READS_AFTER = 100;

  /** The least time for either. */
  private static final Duration BREATH = Duration.ofSeconds(2);

  private final Scenario scenario;
  private final long seed;
  private final Mutation mutation;
  private final RunFiles files;
  private final Schedule schedule;
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
    this.schedule = Schedule.of(scenario, seed);
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
              new RegisterWorkload(
                  cluster, history, mutation.outcomes(), new Random(schedule.registers())),
              ledger,
              new BigValuesWorkload(
                  cluster, history, mutation.outcomes(), new Random(schedule.bigValues())));
      Scene scene = new Scene(cluster, history);
      workloads.forEach(Workload::start);
      try {
        holdUntil(System.nanoTime() + BREATH.toNanos());
        scene.awaitAcknowledged(WRITES_BEFORE, READS_BEFORE);
        schedule.steps().forEach(step -> strike(step, scene, history));
      } finally {
        workloads.forEach(Workload::stop);
      }
      workloads.forEach(Workload::end);
      new FinalChecks(cluster, workloads).run();
      requireRunning(cluster, cluster.nodeIds());
      NodeLogs.requireNoErrors(cluster, faults);
      return ledger.acknowledged();
    }
  }

  /** A fault in force, and when it is to be lifted. */
  private record Standing(
      Planned planned,
      Strike strike,
      Lead before,
      boolean leaderStruck,
      long since,
      Instant from,
      long until) {}

  private void strike(List<Planned> step, Scene scene, HistoryRecorder history) {
    List<Standing> standing = new ArrayList<>();
    for (Planned planned : step) {
      requireRunning(scene.cluster(), scene.spared());
      Lead before = scene.prepare(new Random(planned.choices()));
      boolean leaderStruck = scene.isLeaderStruck();
      long since = System.nanoTime();
      Instant from = Instant.now();
      Strike strike = planned.fault().strike(scene);
      scene.struck(strike);
      struck++;
      long until = System.nanoTime() + planned.hold().toNanos();
      standing.add(new Standing(planned, strike, before, leaderStruck, since, from, until));
    }
    standing.sort(Comparator.comparingLong(Standing::until));
    List<Long> ends = new ArrayList<>();
    for (Standing one : standing) {
      holdUntil(one.until());
      ends.add(System.nanoTime());
      one.strike().lift().run();
    }
    scene.lifted();
    long lifted = System.nanoTime();
    scene.awaitAcknowledged(WRITES_AFTER, READS_AFTER);
    holdUntil(lifted + BREATH.toNanos());
    longestOutage = longer(longestOutage, outage(history, lifted));
    requireRunning(scene.cluster(), scene.cluster().nodeIds());
    long term = scene.look().term();
    for (int i = 0; i < standing.size(); i++) {
      record(standing.get(i), ends.get(i), term);
    }
  }

  private void record(Standing ended, long end, long termAfter) {
    FaultRecord fault =
        new FaultRecord(
            ended.planned().fault(),
            ended.strike().victims(),
            ended.before(),
            ended.leaderStruck(),
            termAfter,
            ended.since(),
            end,
            ended.from(),
            Instant.now(),
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

  private static void requireRunning(KvCluster cluster, List<String> nodes) {
    for (String node : nodes) {
      if (!cluster.isRunning(node)) {
        throw new RunFailedException(
            Kind.BROKEN_NODE,
            "%s has ended with %d, and nothing was done to it that explains it"
                .formatted(node, cluster.awaitEnd(node)));
      }
    }
  }
}
