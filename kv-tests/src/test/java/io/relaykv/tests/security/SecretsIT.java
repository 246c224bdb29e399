package io.relaykv.tests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.NewApiKey;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.SecretSearch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys are used, misused and made, by a cluster that takes snapshots, loses its leader and is
 * killed; then everything that it shows or leaves behind is searched for their secrets. What all
 * other tests leave behind is searched too, when their clusters end.
 */
class SecretsIT {
  /** Never made by the cluster: it is shown as a key, and must not be kept for that either. */
  private static final String FORGED = "rk_4711_" + "c0ffee5ec2e7f00d".repeat(4);

  private static final String FORGED_ADMIN = "rk_admin_" + "5ec2e7c0ffeef00d".repeat(4);

  @Test
  void standNowhere(@TempDir Path directory) throws Exception {
    List<String> shown = new ArrayList<>(List.of(FORGED, FORGED_ADMIN));
    List<String> told = new ArrayList<>();
    try (KvCluster cluster =
            KvCluster.processes(3, directory, Map.of("snapshot.trigger-entries", "50"));
        KvAdmin admin = cluster.newAdmin()) {
      shown.add(cluster.adminKey());
      shown.add(cluster.apiKey());
      NewApiKey disabled =
          admin.createApiKey(
              KvCluster.ACCOUNT, EnumSet.allOf(ApiKeyRight.class), Optional.empty(), "a label");
      shown.add(disabled.reveal());
      told.add(disabled.toString());
      told.add(disabled.info().toString());
      admin.disableApiKey(disabled.info().id());
      work(cluster, told, disabled.reveal());
      cluster.kill(cluster.awaitLeader());
      cluster.startAll();
      cluster.awaitLevel();
      work(cluster, told, disabled.reveal());

      for (String id : cluster.nodeIds()) {
        told.addAll(pages(cluster.httpAddressOf(id)));
      }
      told.add(admin.apiKeys().toString());
      told.add(admin.accounts().toString());
      told.addAll(nodeProcesses().map(SecretsIT::commandLine).toList());
      dumpThreads(directory);

      SecretSearch search = new SecretSearch(shown);
      assertThat(told).as("something to search through").hasSizeGreaterThan(20);
      assertThat(told).as("what was told").noneMatch(search::isIn);
      cluster.killAll();
      assertThat(search.filesBelow(directory)).as("files with secrets").isEmpty();
      assertTheSearchWouldFind(directory, search, shown);
    }
  }

  private static void work(KvCluster cluster, List<String> told, String disabled) {
    try (KvClient client = cluster.newClient()) {
      for (int i = 0; i < 200; i++) {
        client.put("k" + i, i);
      }
      client.delete("k1");
      told.add(client.toString());
      told.add(stackTrace(catchFailure(() -> client.put("no key", 1))));
    }
    for (String key : List.of(FORGED, disabled)) {
      try (KvClient client = cluster.newClient(key)) {
        told.add(stackTrace(catchFailure(() -> client.get("k2"))));
        told.add(stackTrace(catchFailure(() -> client.put("k2", 1))));
        told.add(client.toString());
      }
    }
    try (KvAdmin forged =
        KvAdmin.builder().nodes(cluster.addresses()).apiKey(FORGED_ADMIN).build()) {
      told.add(stackTrace(catchFailure(forged::accounts)));
      told.add(stackTrace(catchFailure(forged::status)));
      told.add(forged.toString());
    }
    told.add(stackTrace(catchFailure(() -> KvClient.builder().apiKey(FORGED_ADMIN))));
    told.add(stackTrace(catchFailure(() -> KvClient.builder().apiKey(FORGED + "x"))));
    told.add(stackTrace(catchFailure(() -> KvAdmin.builder().apiKey(FORGED))));
  }

  private static Exception catchFailure(Runnable operation) {
    try {
      operation.run();
    } catch (KvException | IllegalArgumentException e) {
      return e;
    }
    throw new AssertionError("this should have failed");
  }

  private static String stackTrace(Exception e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static List<String> pages(String address) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    List<String> pages = new ArrayList<>();
    for (String path : List.of("/metrics", "/status", "/", "/readyz?verbose", "/livez")) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
      pages.add(http.send(request, BodyHandlers.ofString()).body());
    }
    assertThat(pages.get(0)).contains("relaykv_access_unauthenticated");
    return pages;
  }

  private static Stream<ProcessHandle> nodeProcesses() {
    return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive);
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
          + Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
    } catch (IOException e) {
      return process.info().commandLine().orElse("");
    }
  }

  /** They go to the nodes' standard output, which is a file in {@code directory}. */
  private static void dumpThreads(Path directory) throws IOException {
    for (ProcessHandle process : nodeProcesses().toList()) {
      new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start();
    }
    for (int i = 1; i <= 3; i++) {
      Path log = directory.resolve("n" + i).resolve("log");
      await("the thread dump in " + log)
          .atMost(Duration.ofSeconds(20))
          .until(() -> Files.readString(log).contains("JNI global refs"));
    }
  }

  /** A search that finds nothing proves something only if it finds what is there. */
  private static void assertTheSearchWouldFind(
      Path directory, SecretSearch search, List<String> shown) throws IOException {
    for (String key : shown) {
      Path planted = Files.writeString(directory.resolve("n1/data/planted"), "x" + key + "x");
      assertThat(search.filesBelow(directory)).containsExactly(planted);
      Files.delete(planted);
    }
  }
}
