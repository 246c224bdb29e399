package io.relaykv.tests.nemesis;

import java.time.Duration;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A kind of fault.
 *
 * @param name as reports and {@code -Dscenario} have it
 * @param aim whom it strikes
 * @param endsTerm whether another term begins, if it strikes the leader: it takes the leader away
 *     for longer than an election takes, or for good
 * @param harm what else may be done at the same time
 * @param minHold the least time for which it stays
 * @param maxHold the longest
 * @param means puts it in force
 */
public record Nemesis(
    String name,
    Aim aim,
    boolean endsTerm,
    Harm harm,
    Duration minHold,
    Duration maxHold,
    Function<Scene, Strike> means) {
  /** Whom a fault strikes. */
  public enum Aim {
    /** The leader; another node only if a fault that is in force has taken the leader away. */
    LEADER,
    /** A node that does not lead. */
    FOLLOWER,
    /** All, or the cluster. */
    CLUSTER
  }

  /** What a fault takes away from the cluster. */
  public enum Harm {
    /** Nothing but speed, or a right: goes together with every other. */
    MILD,
    /** A node, for a while; with others of its kind perhaps the majority, until they are lifted. */
    HARSH,
    /** The data of a node, for good: what comes on top must leave the others theirs. */
    DESTRUCTIVE
  }

  /** How long it is to stay, this time. */
  public Duration hold(RandomGenerator random) {
    return minHold.plusMillis((long) (random.nextDouble() * maxHold.minus(minHold).toMillis()));
  }

  /** Puts it in force; returns then. */
  public Strike strike(Scene scene) {
    return means.apply(scene);
  }

  @Override
  public String toString() {
    return name;
  }
}
