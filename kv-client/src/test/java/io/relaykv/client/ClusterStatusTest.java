package io.relaykv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterStatus.Health;
import io.relaykv.client.NodeStatus.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
  private static NodeStatus.Up up(String name, Role role, Optional<String> leader, long term) {
    return up(name, role, leader, term, false);
  }

  private static NodeStatus.Up up(
      String name, Role role, Optional<String> leader, long term, boolean shortOfDisk) {
    return up(name, role, leader, term, shortOfDisk, false);
  }

  private static NodeStatus.Up up(
      String name,
      Role role,
      Optional<String> leader,
      long term,
      boolean shortOfDisk,
      boolean restoring) {
    Instant start = Instant.EPOCH;
    return new NodeStatus.Up(
        name,
        name + ":7400",
        "1",
        "c",
        role,
        leader,
        term,
        1,
        1,
        0,
        start,
        1,
        1,
        shortOfDisk,
        restoring,
        Optional.empty(),
        1,
        1);
  }

  private static NodeStatus leader(String name, long term) {
    return up(name, Role.LEADER, Optional.of(name), term);
  }

  private static NodeStatus follower(String name, String leader) {
    return up(name, Role.FOLLOWER, Optional.of(leader), 1);
  }

  private static NodeStatus down(String name) {
    return new NodeStatus.Unreachable(name, name + ":7400", "connection refused");
  }

  @Test
  void allNodesUnderOneLeaderAreHealthy() {
    ClusterStatus status =
        new ClusterStatus(List.of(leader("n1", 1), follower("n2", "n1"), follower("n3", "n1")));
    assertThat(status.health()).isEqualTo(Health.HEALTHY);
    assertThat(status.failuresTolerated()).isEqualTo(1);
  }

  @Test
  void aNodeThatAnswersButKnowsNoLeaderDoesNotCount() {
    NodeStatus alone = up("n3", Role.CANDIDATE, Optional.empty(), 1);
    ClusterStatus status = new ClusterStatus(List.of(leader("n1", 1), follower("n2", "n1"), alone));
    assertThat(status.health()).isEqualTo(Health.DEGRADED);
    assertThat(status.failuresTolerated()).isZero();
  }

  @Test
  void aNodeThatIsShortOfDiskIsNotWell() {
    NodeStatus.Up full = up("n2", Role.FOLLOWER, Optional.of("n1"), 1, true);
    ClusterStatus status = new ClusterStatus(List.of(leader("n1", 1), full, follower("n3", "n1")));
    assertThat(status.health()).isEqualTo(Health.DEGRADED);
    assertThat(status.shortOfDisk()).containsExactly(full);
    assertThat(status.failuresTolerated()).isEqualTo(1);
  }

  @Test
  void aClusterIntoWhichABackupIsBeingRestoredServesNobody() {
    NodeStatus leader = up("n1", Role.LEADER, Optional.of("n1"), 2, false, true);
    ClusterStatus status =
        new ClusterStatus(List.of(leader, follower("n2", "n1"), follower("n3", "n1")));
    assertThat(status.isRestoring()).isTrue();
    assertThat(status.health()).isEqualTo(Health.UNAVAILABLE);
    // It may not have heard of the end.
    NodeStatus behind = up("n2", Role.FOLLOWER, Optional.of("n1"), 2, false, true);
    assertThat(new ClusterStatus(List.of(leader("n1", 2), behind, follower("n3", "n1"))).health())
        .isEqualTo(Health.HEALTHY);
  }

  @Test
  void aLeaderWithoutAMajorityDoesNotServe() {
    ClusterStatus status = new ClusterStatus(List.of(leader("n1", 1), down("n2"), down("n3")));
    assertThat(status.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(status.failuresTolerated()).isZero();
  }

  @Test
  void ofTwoThatSayTheyLeadTheOneInTheHigherTermDoes() {
    ClusterStatus status =
        new ClusterStatus(List.of(leader("n1", 3), leader("n2", 4), follower("n3", "n2")));
    assertThat(status.leader().map(NodeStatus.Up::name)).hasValue("n2");
  }
}
