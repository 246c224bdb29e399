package io.relaykv.tests.scenario;

import io.relaykv.tests.nemesis.Nemeses;
import io.relaykv.tests.nemesis.Nemesis;
import io.relaykv.tests.nemesis.Nemesis.Harm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is to happen in a run; what it leaves open, such as which follower and how long, is drawn
 * from the run's seed. As text: {@code kill-leader,isolate-leader+lose-packets} is a step with one
 * fault, and a step with two at the same time once the cluster serves again.
 *
 * @param steps one after the other; the faults of one step are in force at the same time
 */
public record Scenario(List<List<Nemesis>> steps) {
  static final int NODES = 3;

  /** Each fault after the one before has been lifted and the cluster serves again. */
  static Scenario of(Nemesis... faults) {
    return new Scenario(Stream.of(faults).map(List::of).toList());
  }

  /**
   * The scenario of that text.
   *
   * @throws IllegalArgumentException if it names a fault that there is not
   */
  static Scenario parse(String text) {
    return new Scenario(
        Stream.of(text.split(","))
            .map(step -> Stream.of(step.split("\\+")).map(Nemeses::named).toList())
            .toList());
  }

  /** Two steps, each with two or three faults that go together. */
  static Scenario mix(Random random) {
    return new Scenario(List.of(stepOfSeveral(random), stepOfSeveral(random)));
  }

  private static List<Nemesis> stepOfSeveral(Random random) {
    List<Nemesis> drawn = new ArrayList<>(Nemeses.ALL);
    Collections.shuffle(drawn, random);
    int count = 2 + random.nextInt(2);
    List<Nemesis> step = new ArrayList<>();
    for (Nemesis next : drawn) {
      if (step.size() < count && goesWith(step, next)) {
        step.add(next);
      }
    }
    // First what others can come on top of.
    step.sort((a, b) -> a.harm().compareTo(b.harm()));
    return List.copyOf(step);
  }

  /** Of three nodes at most two are struck, so that there is one to see it. */
  private static boolean goesWith(List<Nemesis> step, Nemesis next) {
    List<Nemesis> grave =
        Stream.concat(step.stream(), Stream.of(next))
            .filter(fault -> fault.harm() != Harm.MILD)
            .toList();
    return grave.size() <= 1 || (grave.size() == 2 && grave.stream().allMatch(Scenario::isOfOne));
  }

  private static boolean isOfOne(Nemesis fault) {
    return fault.harm() == Harm.HARSH && !fault.name().endsWith("-all");
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    return steps.stream()
        .map(step -> step.stream().map(Nemesis::name).collect(Collectors.joining("+")))
        .collect(Collectors.joining(","));
  }

  /**
   * Of the nodes. Elections are quicker than in production, so that a run sees more of them; the
   * log is short, so that snapshots are taken, sent and needed all the time.
   */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    // A leader that has lost its majority steps down after the longer time; others stand earlier.
    settings.put("raft.election-timeout-min", cutsLeadersOff() ? "300ms" : "500ms");
    settings.put("raft.election-timeout-max", cutsLeadersOff() ? "1500ms" : "1s");
    settings.put("raft.log-segment-size", "1MiB");
    settings.put("raft.purge-margin-entries", "10");
    settings.put("snapshot.trigger-entries", "1000");
    settings.put("snapshot.trigger-log-bytes", "8MiB");
    if (fillsDisks()) {
      settings.put("disk.free-min", "4MiB");
      settings.put("disk.stop-writes", "12MiB");
      settings.put("disk.resume-writes", "20MiB");
    }
    return settings;
  }

  /** Of each node, in bytes; 0 for the machine's own. */
  long diskBytes() {
    return fillsDisks() ? 192L << 20 : 0;
  }

  private boolean fillsDisks() {
    return has("fill-");
  }

  private boolean cutsLeadersOff() {
    return has("isolate-leader");
  }

  private boolean has(String namesBegin) {
    return steps.stream()
        .flatMap(List::stream)
        .anyMatch(fault -> fault.name().startsWith(namesBegin));
  }
}
