package io.relaykv.tests.scenario;

import io.relaykv.tests.nemesis.Lead;
import io.relaykv.tests.nemesis.Nemesis;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A fault that there has been.
 *
 * @param victims whom it has struck; empty if it was not about nodes
 * @param before who led when it was about to strike
 * @param leaderStruck whether another fault had taken the leader away by then
 * @param termAfter the term once all was lifted and the cluster served again
 * @param startNanos when it was about to strike, by {@link System#nanoTime}
 * @param endNanos when it began to be lifted
 * @param from the same as {@code startNanos}, as logs have it
 * @param until when the cluster had served again for a while
 * @param proof what shows that it happened
 */
record FaultRecord(
    Nemesis fault,
    Set<String> victims,
    Lead before,
    boolean leaderStruck,
    long termAfter,
    long startNanos,
    long endNanos,
    Instant from,
    Instant until,
    Optional<String> proof) {
  String kind() {
    return fault.name();
  }

  boolean hasStruckTheLeader() {
    return victims.stream().anyMatch(before::isOf);
  }

  /** The victims' names. */
  String target() {
    return victims.stream().sorted().collect(Collectors.joining(","));
  }

  /**
   * What each of {@link #target} was when it was struck: leader, follower or, if nobody led,
   * unknown.
   */
  String roles() {
    return victims.stream().sorted().map(this::role).collect(Collectors.joining(","));
  }

  private String role(String victim) {
    if (before.leader().isEmpty()) {
      return "unknown";
    }
    return before.isOf(victim) ? "leader" : "follower";
  }
}
