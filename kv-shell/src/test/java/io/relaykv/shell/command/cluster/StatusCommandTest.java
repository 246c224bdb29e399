package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.KvValue;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NodeStatus.Role;
import io.relaykv.shell.ShellRunner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
  private final ShellRunner shell = new ShellRunner();

  private static NodeStatus up(int number, Role role, long applied, Duration uptime) {
    return up(number, role, applied, uptime, 55_000_000_000L);
  }

  private static NodeStatus up(
      int number, Role role, long applied, Duration uptime, long diskFreeBytes) {
    return up(number, role, applied, uptime, diskFreeBytes, false);
  }

  private static NodeStatus up(
      int number, Role role, long applied, Duration uptime, long diskFreeBytes, boolean restoring) {
    return up(number, role, applied, uptime, diskFreeBytes, restoring, 1);
  }

  private static NodeStatus up(
      int number,
      Role role,
      long applied,
      Duration uptime,
      long diskFreeBytes,
      boolean restoring,
      int supportedFeatureLevel) {
    return new NodeStatus.Up(
        "n" + number,
        "db" + number + ":7400",
        "0.1.0",
        "prod",
        role,
        Optional.of("n2"),
        7,
        applied,
        applied,
        100,
        ShellRunner.NOW.minus(uptime),
        diskFreeBytes,
        110_000_000_000L,
        diskFreeBytes < 1_000_000_000,
        restoring,
        Optional.empty(),
        1,
        supportedFeatureLevel);
  }

  private static NodeStatus restoring(int number) {
    return up(number, Role.LEADER, 1234, Duration.ofHours(76), 55_000_000_000L, true);
  }

  private static NodeStatus leader(int number) {
    return up(number, Role.LEADER, 1234, Duration.ofHours(76));
  }

  private static NodeStatus follower(int number) {
    return up(number, Role.FOLLOWER, 1200, Duration.ofSeconds(312));
  }

  private static NodeStatus down(int number) {
    return new NodeStatus.Unreachable(
        "n" + number, "db" + number + ":7400", "connection refused: is it running?");
  }

  private ShellRunner.Result status(NodeStatus... nodes) {
    shell.cluster.status = new ClusterStatus(List.of(nodes));
    return shell.run("status");
  }

  @Test
  void healthy() {
    status(follower(1), leader(2), follower(3))
        .is(
            0,
            """
            Healthy. 3 of 3 nodes up, leader n2, can lose 1 more.

            NODE  ADDRESS   ROLE      TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            n2    db2:7400  leader    7     1234     0    51.2 GiB   3d 4h   0.1.0
            n3    db3:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            """,
            "");
  }

  private static NodeStatus upgraded(int number, Role role) {
    return up(number, role, 1234, Duration.ofSeconds(9), 55_000_000_000L, false, 2);
  }

  @Test
  void anUpgradeThatIsNotFinalizedIsNoFault() {
    ShellRunner.Result halfway =
        status(upgraded(1, Role.FOLLOWER), leader(2), upgraded(3, Role.FOLLOWER));
    assertThat(halfway.exitCode()).isZero();
    assertThat(halfway.out())
        .contains(
            "can lose 1 more.\nUpgrade: the cluster is at feature level 1 until all nodes support 2; not yet: n2\n\n");

    ShellRunner.Result all =
        status(upgraded(1, Role.FOLLOWER), upgraded(2, Role.LEADER), upgraded(3, Role.FOLLOWER));
    assertThat(all.exitCode()).isZero();
    assertThat(all.out())
        .contains(
            "can lose 1 more.\nUpgrade: all nodes support feature level 2, and the cluster is at 1. When nobody wants to go back: kv-shell cluster finalize-upgrade\n\n");

    assertThat(status(upgraded(1, Role.FOLLOWER), upgraded(2, Role.LEADER), down(3)).out())
        .contains("not yet: n3\n");
  }

  @Test
  void watchesUntilItIsEnded() {
    shell.cluster.status = new ClusterStatus(List.of(follower(1), leader(2), follower(3)));
    String once = shell.run("status").out();
    shell.cluster.statusesLeft = 3;
    ShellRunner.Result watched = shell.run("status", "--watch=1ms");
    assertThat(watched.out()).isEqualTo(once + "\n" + once + "\n" + once);
    assertThat(watched.exitCode()).isEqualTo(5);

    shell.terminal = true;
    shell.cluster.statusesLeft = 2;
    assertThat(shell.run("status", "--watch=1ms").out()).containsOnlyOnce("\u001b[H\u001b[2J");

    shell.terminal = false;
    shell.cluster.statusesLeft = 2;
    assertThat(shell.run("-o", "json", "status", "--watch=1ms").out().lines()).hasSize(2);
  }

  @Test
  void aNodeThatWaitsToBeAddedIsShownAndNotCounted() {
    ShellRunner.Result result =
        status(leader(1), follower(2), follower(3), up(4, Role.JOINING, 0, Duration.ofSeconds(9)));
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .startsWith("Healthy. 3 of 3 nodes up, leader n1, can lose 1 more.")
        .contains("n4    db4:7400  joining ");
  }

  @Test
  void degraded() {
    status(leader(1), follower(2), down(3))
        .is(
            7,
            """
            Degraded. 2 of 3 nodes up, leader n1; no further node may fail.
            Next: bring back n3; the table says why it does not answer.

            NODE  ADDRESS   ROLE      TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  leader    7     1234     0    51.2 GiB   3d 4h   0.1.0
            n2    db2:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            n3    db3:7400  down      connection refused: is it running?
            """,
            "");
    assertThat(status(leader(1), follower(2), follower(3), follower(4), down(5)).out())
        .startsWith("Degraded. 4 of 5 nodes up, leader n1, can lose 1 more.\n");
  }

  @Test
  void shortOfDisk() {
    NodeStatus fullLeader = up(2, Role.LEADER, 1234, Duration.ofHours(76), 500L << 20);
    NodeStatus fullFollower = up(3, Role.FOLLOWER, 1200, Duration.ofSeconds(312), 700L << 20);
    status(follower(1), fullLeader, follower(3))
        .is(
            7,
            """
            Degraded. 3 of 3 nodes up, leader n2 (refuses puts, as its disk is nearly full), can lose\
             1 more.
            Next: give the disk of n2 room, or delete keys; puts are refused while the leader has too\
             little, and a node whose disk is full halts.

            NODE  ADDRESS   ROLE      TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            n2    db2:7400  leader    7     1234     0    500.0 MiB  3d 4h   0.1.0
            n3    db3:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            """,
            "");
    assertThat(status(leader(1), follower(2), fullFollower).out())
        .startsWith(
            """
            Degraded. 3 of 3 nodes up, leader n1, can lose 1 more.
            Next: give the disk of n3 room, or delete keys;""");
    assertThat(shell.run("status", "-o", "jsonl").out()).contains("\"shortOfDisk\":true");
  }

  @Test
  void unavailable() {
    status(follower(1), down(2), down(3))
        .is(
            7,
            """
            Unavailable. 1 of 3 nodes up; 2 are needed.
            Next: bring back n2 or n3; the table says why.

            NODE  ADDRESS   ROLE      TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  follower  7     1200     0    51.2 GiB   5m 12s  0.1.0
            n2    db2:7400  down      connection refused: is it running?
            n3    db3:7400  down      connection refused: is it running?
            """,
            "");
    assertThat(status(follower(1), follower(2), down(3)).out())
        .startsWith(
            """
            Unavailable. 2 of 3 nodes up, but there is no leader.
            Next: look again in a few seconds. If it stays so, check that the nodes reach each other's\
             peer ports, and read their logs.
            """);
    assertThat(status(down(1)).out())
        .startsWith(
            """
            Unavailable. None of 1 nodes answers.
            Next: check that these are the right addresses, and start the nodes.
            """);
  }

  @Test
  void whileABackupIsRestored() {
    NodeStatus leader = restoring(2);
    status(follower(1), leader, follower(3))
        .is(
            7,
            """
            Unavailable. 3 of 3 nodes up, but a backup is being restored; until that is finished,\
             nobody is served.
            Next: wait for it; if it was interrupted, go on with it: kv-shell backup restore FILE

            NODE  ADDRESS   ROLE      TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            n2    db2:7400  leader    7     1234     0    51.2 GiB   3d 4h   0.1.0
            n3    db3:7400  follower  7     1200     34   51.2 GiB   5m 12s  0.1.0
            """,
            "");
    assertThat(shell.run("status", "-o", "jsonl").out()).contains("\"restoring\":true");
    assertThat(shell.run("health").exitCode()).isEqualTo(7);
    assertThat(status(leader, down(1), down(3)).out())
        .startsWith("Unavailable. 1 of 3 nodes up; 2 are needed.");
  }

  @Test
  void asOneJsonDocument() {
    shell.cluster.status = new ClusterStatus(List.of(leader(1), follower(2), down(3)));
    ShellRunner.Result result = shell.run("status", "-o", "json");
    result.is(
        7,
        """
        {"health":"degraded","leader":"n1","nodesUp":2,"nodesTotal":3,"failuresTolerated":0,"nodes":[\
        {"name":"n1","address":"db1:7400","up":true,"role":"leader","leader":"n2","term":7,\
        "applied":1234,"committed":1234,"snapshot":100,"lag":0,"diskFreeBytes":55000000000,\
        "diskTotalBytes":110000000000,"shortOfDisk":false,"restoring":false,"startedAt":"2025-12-29T23:04:05Z","uptimeSeconds":273600,\
        "featureLevel":1,"supportedFeatureLevel":1,"version":"0.1.0","cluster":"prod"},\
        {"name":"n2","address":"db2:7400","up":true,"role":"follower","leader":"n2","term":7,\
        "applied":1200,"committed":1200,"snapshot":100,"lag":34,"diskFreeBytes":55000000000,\
        "diskTotalBytes":110000000000,"shortOfDisk":false,"restoring":false,"startedAt":"2026-01-02T02:58:53Z","uptimeSeconds":312,\
        "featureLevel":1,"supportedFeatureLevel":1,"version":"0.1.0","cluster":"prod"},\
        {"name":"n3","address":"db3:7400","up":false,"cause":"connection refused: is it running?"}]}
        """,
        "");
    assertThat(KvValue.parse(result.out().trim()).get("leader")).hasValue(KvValue.of("n1"));
    shell.cluster.status = new ClusterStatus(List.of(follower(1)));
    assertThat(shell.run("status", "-o", "json").out()).contains("\"leader\":null,\"nodesUp\":1");
  }

  @Test
  void asJsonLines() {
    shell.cluster.status = new ClusterStatus(List.of(down(1), down(2)));
    shell
        .run("status", "-o", "jsonl")
        .is(
            7,
            """
            {"name":"n1","address":"db1:7400","up":false,"cause":"connection refused: is it running?"}
            {"name":"n2","address":"db2:7400","up":false,"cause":"connection refused: is it running?"}
            """,
            "");
  }

  @Test
  void asATableAlone() {
    shell.cluster.status = new ClusterStatus(List.of(leader(1)));
    shell
        .run("status", "-o", "table")
        .is(
            0,
            """
            NODE  ADDRESS   ROLE    TERM  APPLIED  LAG  DISK FREE  UPTIME  VERSION
            n1    db1:7400  leader  7     1234     0    51.2 GiB   3d 4h   0.1.0
            """,
            "");
  }

  @Test
  void colouredOnATerminalOnly() {
    assertThat(status(leader(1)).out()).startsWith("Healthy. 1 of 1 nodes up, leader n1;");
    shell.terminal = true;
    assertThat(status(leader(1)).out()).startsWith("\u001b[32mHealthy.\u001b[0m 1 of 1");
    assertThat(status(leader(1), follower(2), down(3)).out()).startsWith("\u001b[33mDegraded.");
    assertThat(status(down(1)).out()).startsWith("\u001b[31mUnavailable.");
    shell.variables.put("TERM", "dumb");
    assertThat(status(leader(1)).out()).startsWith("Healthy.");
    shell.variables.put("TERM", "xterm");
    shell.variables.put("NO_COLOR", "1");
    assertThat(status(leader(1)).out()).startsWith("Healthy.");
  }

  @Test
  void leavesNoControlCharactersToATerminal() {
    NodeStatus evil =
        new NodeStatus.Unreachable("n\u001b[2J", "db:7400", "cause\nwith\u009b lines");
    assertThat(status(evil, follower(2), follower(3)).out())
        .contains("n\\u001b[2J  db:7400   down      cause\\u000awith\\u009b lines\n")
        .doesNotContain("\u001b", "\u009b");
    assertThat(status(leader(1), follower(2), evil).out()).doesNotContain("\u001b");
  }

  @Test
  void ofANodeWithAClockAheadOfOurs() {
    assertThat(status(up(1, Role.LEADER, 5, Duration.ofSeconds(-9))).out()).contains(" 0s ");
    assertThat(status(up(1, Role.LEADER, 5, Duration.ofMinutes(125))).out()).contains(" 2h 5m ");
  }
}
