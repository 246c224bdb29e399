package io.relaykv.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.server.status.NodeView.Role;
import io.relaykv.server.status.Verdict.Health;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private final NodeView leader = node("n1", Role.LEADER, true, 0, false);
  private final NodeView second = node("n2", Role.FOLLOWER, true, 0, false);
  private final NodeView third = node("n3", Role.FOLLOWER, true, 0, false);

  @Test
  void allIsWell() {
    assertThat(verdict(served(leader, second, third)))
        .isEqualTo(
            new Verdict(
                Health.HEALTHY,
                "Healthy",
                "3 of 3 nodes up, n1 leads; 1 more may fail.",
                List.of()));
  }

  @Test
  void whileABackupIsRestoredNobodyIsServed() {
    Verdict restoring = Verdict.of(served(leader, second, third), true);

    assertThat(restoring.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(restoring.text())
        .isEqualTo(
            "3 of 3 nodes up, n1 leads; a backup is being restored, and until that is finished nobody is served.");
    assertThat(restoring.next()).singleElement().asString().contains("kv-shell backup restore");
  }

  @Test
  void aClusterOfOneHasNothingToSpare() {
    assertThat(verdict(served(leader)).text())
        .isEqualTo("1 of 1 nodes up, n1 leads; no further node may fail.");
  }

  @Test
  void oneOfThreeIsDown() {
    Verdict verdict = verdict(served(leader, second, down("n3")));

    assertThat(verdict.health()).isEqualTo(Health.DEGRADED);
    assertThat(verdict.word()).isEqualTo("Degraded");
    assertThat(verdict.text())
        .isEqualTo("2 of 3 nodes up, n1 leads; no further node may fail. n3 does not answer.");
    assertThat(verdict.next()).singleElement().asString().startsWith("Start n3 again.");
  }

  @Test
  void twoOfFiveAreDown() {
    Verdict verdict =
        verdict(
            served(
                leader, second, node("n3", Role.FOLLOWER, true, 0, false), down("n4"), down("n5")));

    assertThat(verdict.text()).endsWith("no further node may fail. n4 and n5 do not answer.");
    assertThat(verdict.next().get(0)).startsWith("Start n4 and n5 again.");
  }

  @Test
  void whoCatchesUpCannotTakeOverYet() {
    Verdict verdict =
        verdict(served(leader, second, node("n3", Role.FOLLOWER, true, 12_345, false)));

    assertThat(verdict.health()).isEqualTo(Health.DEGRADED);
    assertThat(verdict.text())
        .isEqualTo(
            "3 of 3 nodes up, n1 leads; no further node may fail. n3 is 12,345 entries behind.");
    assertThat(verdict.next())
        .containsExactly("Wait until n3 has caught up, and stop no other node before.");
  }

  @Test
  void aFewEntriesBehindIsLevel() {
    assertThat(
            verdict(served(leader, second, node("n3", Role.FOLLOWER, true, 999, false))).health())
        .isEqualTo(Health.HEALTHY);
  }

  @Test
  void aFullDiskOfTheLeaderMeansThatPutsAreRefused() {
    Verdict ofLeader = verdict(served(node("n1", Role.LEADER, true, 0, true), second, third));
    Verdict ofFollower = verdict(served(leader, second, node("n3", Role.FOLLOWER, true, 0, true)));

    assertThat(ofLeader.text())
        .endsWith(
            "The disk of n1 is nearly full, so puts are refused while gets and deletes go on.");
    assertThat(ofLeader.next().get(0)).startsWith("Give the disk of n1 room, or delete keys");
    assertThat(ofFollower.text()).endsWith("The disk of n3 is nearly full.");
    assertThat(ofFollower.health()).isEqualTo(Health.DEGRADED);
  }

  @Test
  void whatIsWrongIsSaidAltogether() {
    Verdict verdict =
        verdict(served(leader, down("n2"), node("n3", Role.FOLLOWER, true, 5000, true)));

    assertThat(verdict.text())
        .contains("n2 does not answer.", "n3 is 5,000 entries behind.", "The disk of n3");
    assertThat(verdict.next()).hasSize(3);
  }

  @Test
  void withoutAMajorityItNamesWhoIsMissingAndWhatToDo() {
    Verdict verdict =
        verdict(
            unserved(
                null, false, node("n1", Role.CANDIDATE, true, 0, false), down("n2"), down("n3")));

    assertThat(verdict.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(verdict.word()).isEqualTo("Unavailable");
    assertThat(verdict.text())
        .isEqualTo(
            "n1 hears nothing of n2 and n3, and 2 of 3 nodes must be up. Reads and writes are"
                + " refused; nothing that was acknowledged is lost.");
    assertThat(verdict.next())
        .containsExactly(
            "Start n2 or n3 again; the cluster then goes on by itself.",
            "If they run already, n1 is cut off from them: check that the nodes reach each other's"
                + " peer ports; n1 listens at n1.example.org:7401.");
  }

  @Test
  void howManyOfThemAreNeededDependsOnTheSizeOfTheCluster() {
    NodeView alone = node("n1", Role.CANDIDATE, true, 0, false);
    assertThat(
            verdict(unserved(null, false, alone, down("n2"), down("n3"), down("n4"), down("n5")))
                .next()
                .get(0))
        .isEqualTo("Start 2 of n2, n3, n4 and n5 again; the cluster then goes on by itself.");
    Verdict verdict =
        verdict(unserved(null, false, node("n1", Role.CANDIDATE, true, 0, false), down("n2")));

    assertThat(verdict.next().get(0))
        .isEqualTo("Start n2 again; the cluster then goes on by itself.");
  }

  @Test
  void withAMajorityButNoLeaderItAsksForPatience() {
    Verdict verdict =
        verdict(
            unserved(
                null,
                false,
                node("n1", Role.CANDIDATE, true, 0, false),
                node("n2", Role.UNKNOWN, true, 0, false),
                down("n3")));

    assertThat(verdict.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(verdict.text())
        .startsWith("There is no leader at the moment. 2 of 3 nodes are up, which is enough");
    assertThat(verdict.next()).singleElement().asString().startsWith("Look again");
  }

  @Test
  void aLeaderWithoutItsMajorityIsNoneYet() {
    assertThat(verdict(unserved("n1", true, leader, second, third)).text())
        .startsWith("n1 leads, but no majority has confirmed it lately.");
    assertThat(verdict(unserved("n1", false, leader, second, third)).text())
        .startsWith("n1 has been elected and does not serve yet.");
    assertThat(verdict(unserved("n2", false, leader, second, third)).text())
        .startsWith("n1 has not heard of its leader n2 lately.");
  }

  @Test
  void aNodeThatWaitsSaysWhatItWaitsFor() {
    Verdict verdict = verdict(new ClusterView("shop", "n4", false, null, false, false, List.of()));

    assertThat(verdict.health()).isEqualTo(Health.JOINING);
    assertThat(verdict.text()).contains("n4 is not a member of cluster shop yet");
    assertThat(verdict.next()).singleElement().asString().contains("kv-shell member add");
  }

  private static Verdict verdict(ClusterView view) {
    return Verdict.of(view, false);
  }

  private static ClusterView served(NodeView... nodes) {
    return new ClusterView("shop", "n1", true, "n1", true, true, List.of(nodes));
  }

  private static ClusterView unserved(String knownLeader, boolean leads, NodeView... nodes) {
    return new ClusterView("shop", "n1", true, knownLeader, leads, false, List.of(nodes));
  }

  private static NodeView down(String id) {
    return node(id, Role.UNKNOWN, false, 20_000, true);
  }

  private static NodeView node(String id, Role role, boolean up, long behind, boolean shortOfDisk) {
    return new NodeView(
        id,
        id + ".example.org:7400",
        id + ".example.org:7401",
        role,
        up,
        Duration.ZERO,
        NodeCard.newBuilder().setNodeId(id).setShortOfDisk(shortOfDisk).build(),
        behind);
  }
}
