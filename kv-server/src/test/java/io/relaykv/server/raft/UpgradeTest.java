package io.relaykv.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UpgradeTest {
  private static Upgrade upgrade(Map<String, Integer> supported, String... silent) {
    return new Upgrade(new TreeMap<>(supported), List.of(silent));
  }

  private static void assertRefused(Upgrade upgrade, int reached, String message) {
    assertThatExceptionOfType(MembershipRefusedException.class)
        .isThrownBy(() -> upgrade.levelFrom(reached))
        .withMessage(message);
  }

  @Test
  void goesToWhatAllMembersSupport() {
    assertThat(upgrade(Map.of("n1", 3, "n2", 3, "n3", 3)).levelFrom(1)).isEqualTo(3);
  }

  @Test
  void staysWhereItIsWithoutAnythingNewerAlsoIfAMemberIsDown() {
    assertThat(upgrade(Map.of("n1", 2, "n2", 2)).levelFrom(2)).isEqualTo(2);
    assertThat(upgrade(Map.of("n1", 2, "n2", 2), "n3").levelFrom(2)).isEqualTo(2);
  }

  @Test
  void waitsForTheLastMemberWhoeverLeads() {
    assertRefused(
        upgrade(Map.of("n1", 1, "n2", 2, "n3", 1)),
        1,
        "not all members support feature level 2: n1 supports 1, n3 supports 1; install the newer version there, then repeat this (the cluster stays at level 1)");
  }

  @Test
  void whoHasNotSaidItCountsForOneThatDoesNot() {
    assertRefused(
        upgrade(Map.of("n1", 2, "n2", 2), "n3"),
        1,
        "not all members support feature level 2: n3 has not said what it supports; start it with the newer version, or remove it, then repeat this (the cluster stays at level 1)");
  }

  @Test
  void whoDoesNotTellSupportsTheFirst() {
    assertThat(Upgrade.told(0)).isEqualTo(1);
    assertThat(Upgrade.told(2)).isEqualTo(2);
  }
}
