package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What supervisors are told while nodes cannot reach each other. */
@Timeout(120)
class ProbesIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void whoIsCutOffIsAliveButNotReady(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.inProcess(3, directory)) {
      String leader = cluster.awaitLeader();
      for (String id : cluster.nodeIds()) {
        awaitReady(cluster, id);
      }

      cluster.isolate(leader);

      await("the leader that is cut off is not ready")
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(ask(cluster, leader, "/readyz"))
                      .startsWith("503 not ready: ")
                      .contains("barrier: not passed for "));
      assertThat(ask(cluster, leader, "/livez")).startsWith("200");
      cluster.awaitLeader();
      for (String id : others(cluster, leader)) {
        awaitReady(cluster, id);
      }

      cluster.heal();
      awaitReady(cluster, leader);
    }
  }

  @Test
  void aFollowerThatIsCutOffIsNotReadyAndTheOthersAre(@TempDir Path directory) throws Exception {
    try (KvCluster cluster = KvCluster.inProcess(3, directory)) {
      String leader = cluster.awaitLeader();
      String cutOff = others(cluster, leader).get(0);
      awaitReady(cluster, cutOff);

      cluster.isolate(cutOff);

      await("the follower is not ready")
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(ask(cluster, cutOff, "/readyz?verbose"))
                      .startsWith("503")
                      .contains(
                          "[+] member: ",
                          "[-] leader: no leader is known",
                          "[-] barrier: not passed for"));
      assertThat(ask(cluster, cutOff, "/livez")).startsWith("200");
      assertThat(ask(cluster, leader, "/readyz")).startsWith("200");

      cluster.heal();
      awaitReady(cluster, cutOff);
    }
  }

  private static List<String> others(KvCluster cluster, String id) {
    return cluster.nodeIds().stream().filter(other -> !other.equals(id)).toList();
  }

  private void awaitReady(KvCluster cluster, String id) {
    await(id + " is ready").atMost(SOON).until(() -> ask(cluster, id, "/readyz").startsWith("200"));
  }

  private String ask(KvCluster cluster, String id, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + cluster.httpAddressOf(id) + path);
    var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
