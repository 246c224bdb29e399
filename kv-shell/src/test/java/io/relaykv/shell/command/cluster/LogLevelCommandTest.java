package io.relaykv.shell.command.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.LogLevel;
import io.relaykv.client.NodeStatus;
import io.relaykv.client.UnavailableException;
import io.relaykv.shell.ShellRunner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogLevelCommandTest {
  private final ShellRunner shell = new ShellRunner();

  @Test
  void ofOneNode() {
    shell.run("log", "level", "debug", "n2").is(0, "n2 info\n", "");
    shell.run("log", "level", "info", "n2").is(0, "n2 debug\n", "");
    assertThat(shell.cluster.logLevels).isEqualTo(Map.of("n2", LogLevel.INFO));
  }

  @Test
  void ofAllNodes() {
    shell.cluster.status =
        new ClusterStatus(
            List.of(
                new NodeStatus.Unreachable("n1", "kv1:7400", "connection refused"),
                new NodeStatus.Unreachable("n2", "kv2:7400", "connection refused")));
    shell
        .run("-o", "json", "log", "level", "trace")
        .is(0, "[{\"node\":\"n1\",\"was\":\"info\"},{\"node\":\"n2\",\"was\":\"info\"}]\n", "");
    assertThat(shell.cluster.logLevels)
        .isEqualTo(Map.of("n1", LogLevel.TRACE, "n2", LogLevel.TRACE));
  }

  @Test
  void aNodeThatDoesNotAnswerHasTheExitCodeForIt() {
    shell.cluster.adminFailure =
        Optional.of(new UnavailableException("no node named n9 answers", List.of()));
    assertThat(shell.run("log", "level", "debug", "n9").exitCode()).isEqualTo(5);
  }

  @Test
  void refusesOtherLevels() {
    assertThat(shell.run("log", "level", "loud").err())
        .contains("'loud' is none of error, warn, info, debug, trace");
    assertThat(shell.run("log").exitCode()).isEqualTo(2);
  }
}
