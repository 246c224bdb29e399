package io.relaykv.server.raft;

import io.relaykv.statemachine.levels.FeatureLevels;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Whether the cluster can go on to what the newest of its members supports: all of them must have
 * said that they do, since a node that does not is lost to it then.
 *
 * @param supported the newest feature level of each member that has said it
 * @param silent the members that have not
 */
record Upgrade(SortedMap<String, Integer> supported, List<String> silent) {
  /** What a node says it supports; one that does not tell it supports the first alone. */
  static int told(int level) {
    return Math.max(FeatureLevels.FIRST, level);
  }

  /**
   * The level that the cluster can be raised to; {@code reached} if there is no newer one.
   *
   * @throws MembershipRefusedException if a member does not support it, or has not said so
   */
  int levelFrom(int reached) {
    int newest = Collections.max(supported.values());
    if (newest <= reached) {
      return reached;
    }
    String tooOld =
        supported.entrySet().stream()
            .filter(member -> member.getValue() < newest)
            .map(member -> "%s supports %d".formatted(member.getKey(), member.getValue()))
            .collect(Collectors.joining(", "));
    if (!tooOld.isEmpty()) {
      throw refused(tooOld, newest, reached, "install the newer version there");
    }
    if (!silent.isEmpty()) {
      throw refused(
          silent.stream()
              .map("%s has not said what it supports"::formatted)
              .collect(Collectors.joining(", ")),
          newest,
          reached,
          "start it with the newer version, or remove it");
    }
    return newest;
  }

  private static MembershipRefusedException refused(
      String why, int newest, int reached, String next) {
    return new MembershipRefusedException(
        "not all members support feature level %d: %s; %s, then repeat this (the cluster stays at level %d)"
            .formatted(newest, why, next, reached));
  }
}
