package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.NodeStatus.Role;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private final ShellRunner shell = new ShellRunner();

  private static NodeStatus up(int number, long applied) {
    return new NodeStatus.Up(
        "n" + number,
        "db" + number + ":7400",
        "0.1.0",
        "prod",
        number == 1 ? Role.LEADER : Role.FOLLOWER,
        Optional.of("n1"),
        7,
        applied,
        applied,
        100,
        ShellRunner.NOW,
        5_000_000_000L,
        110_000_000_000L,
        false);
  }

  private static NodeStatus down(int number) {
    return new NodeStatus.Unreachable("n" + number, "db" + number + ":7400", "connection refused");
  }

  private void cluster(NodeStatus... nodes) {
    shell.cluster.status = new ClusterStatus(List.of(nodes));
  }

  @Test
  void healthy() {
    cluster(up(1, 5_000), up(2, 4_000), up(3, 5_000));
    String line = "Healthy. 3 of 3 nodes up, leader n1, can lose 1 more.";
    shell.run("health").is(0, line + "\n", "");
    shell.run("health", "--within", "1h").is(0, line + "\n", "");
    shell
        .run("-o", "json", "health")
        .is(0, "{\"healthy\":true,\"verdict\":\"%s\",\"behind\":[]}\n".formatted(line), "");
    shell.run("-o", "table", "health").is(0, "HEALTHY  VERDICT\nyes      " + line + "\n", "");
  }

  @Test
  void notWithoutAllMembers() {
    cluster(up(1, 5), up(2, 5), down(3));
    shell
        .run("health")
        .is(7, "Degraded. 2 of 3 nodes up, leader n1; no further node may fail.\n", "");
  }

  @Test
  void notBeforeAllHaveCaughtUp() {
    cluster(up(1, 5_000), up(2, 3_999), up(3, 5_000));
    shell.run("health").is(7, "Degraded. n2 has not caught up yet.\n", "");
    cluster(up(1, 5_000), up(2, 3_999), up(3, 17));
    shell
        .run("-o", "jsonl", "health")
        .is(
            7,
            "{\"healthy\":false,\"verdict\":\"Degraded. n2 and n3 have not caught up yet.\","
                + "\"behind\":[\"n2\",\"n3\"]}\n",
            "");
  }

  @Test
  void waitsAndTellsWhatItWaitsForOnce() {
    cluster(up(1, 5), down(2), down(3));
    ShellRunner.Result result = shell.run("health", "--within", "600ms");
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.out()).isEqualTo("Unavailable. 1 of 3 nodes up; 2 are needed.\n");
    assertThat(result.err()).isEqualTo(result.out());
  }
}
