package io.relaykv.tests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.LogLevel;
import io.relaykv.client.RefusedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys and values go through nodes that log all they can, are refused there, and cross an election
 * and snapshots; then the logs are searched for them.
 */
@Timeout(180)
class LogContentIT {
  private static final String KEY = "marked-key-6f1c";
  private static final String VALUE = "marked value 9b2e";

  @Test
  void logsHaveOneObjectALineAndNeitherKeysNorValues(@TempDir Path directory) {
    try (KvCluster cluster =
        KvCluster.processes(
            3, directory, Map.of("log.format", "json", "snapshot.trigger-entries", "30"))) {
      String small;
      try (KvAdmin admin = cluster.newAdmin()) {
        admin.createAccount("small", 20);
        small = cluster.newApiKey("small", ApiKeyRight.READ, ApiKeyRight.WRITE);
        for (String node : cluster.nodeIds()) {
          assertThat(admin.setLogLevel(node, LogLevel.TRACE)).isEqualTo(LogLevel.INFO);
          assertThat(admin.setLogLevel(node, LogLevel.TRACE)).isEqualTo(LogLevel.TRACE);
        }
        assertThatThrownBy(() -> admin.setLogLevel("n9", LogLevel.DEBUG))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("n9");
      }
      work(cluster, small);
      String first = cluster.awaitLeader();
      cluster.kill(first);
      cluster.awaitLeaderOtherThan(first);
      work(cluster, small);
      cluster.start(first);
      cluster.awaitLevel();

      for (String node : cluster.nodeIds()) {
        List<String> lines = cluster.outputOf(node).lines().toList();
        assertThat(lines).hasSizeGreaterThan(5).allSatisfy(line -> assertIsAnEvent(line, node));
        assertThat(lines)
            .noneMatch(line -> line.contains(KEY))
            .noneMatch(line -> line.contains(VALUE))
            .noneMatch(line -> line.contains(small))
            .anyMatch(line -> line.contains("The level of this log is trace"))
            .anyMatch(line -> line.contains("has taken a snapshot"))
            .anyMatch(line -> line.contains("The members of cluster"));
      }
      assertThat(cluster.nodeIds())
          .anyMatch(node -> cluster.outputOf(node).contains("leads in term "));
    }
  }

  private static void work(KvCluster cluster, String smallKey) {
    try (KvClient client = cluster.newClient();
        KvClient small = cluster.newClient(smallKey)) {
      for (int i = 0; i < 60; i++) {
        client.put(KEY + i, VALUE + i);
      }
      assertThat(client.get(KEY + 1)).hasValue(KvValue.of(VALUE + 1));
      assertThat(client.keys(KEY)).hasSizeGreaterThan(1);
      client.delete(KEY + 2);
      assertThatThrownBy(() -> small.put(KEY, VALUE)).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> client.put(KEY + " ", VALUE))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  private static void assertIsAnEvent(String line, String node) {
    assertThat(line).startsWith("{\"time\":\"");
    Map<String, KvValue> event = KvValue.parse(line).asMap();
    assertThat(event).containsKeys("time", "level", "logger", "message");
    assertThat(event).containsEntry("node", KvValue.of(node));
    String time = Objects.requireNonNull(event.get("time")).asString();
    assertThat(Instant.parse(time)).isAfter(Instant.EPOCH);
  }
}
