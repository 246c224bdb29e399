package io.relaykv.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.ApiKeyRight;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.server.metrics.MetricCatalogue;
import io.relaykv.testkit.KvCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What running nodes show is what the documents, the alerts and the dashboard speak of. */
@Timeout(120)
class MetricsIT {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "tls.peer.certificate", "peer.crt",
          "tls.peer.key", "peer.key",
          "tls.peer.ca", "nodes-ca.crt");

  private static KvCluster cluster;
  private static MetricsPage page;
  private static BackupInfo backup;

  /** Of all nodes, as they share this process and so the page. */
  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    makeCertificates(directory);
    cluster = KvCluster.inProcess(3, directory, SETTINGS);
    try (KvClient client = cluster.newClient()) {
      for (int i = 0; i < 20; i++) {
        client.put("k" + i, i);
      }
      client.get("k1");
      client.get("none");
      client.delete("k1");
      client.keys("k").forEach(key -> {});
    }
    fillAnAccount();
    takeABackup(directory.resolve("backup"));
    cluster.awaitLevel();
    await("the leader to show its followers")
        .until(() -> fetch().showsAll(Set.of("relaykv_follower_lag_entries")));
    await("the leader to know that the backup has left")
        .until(() -> fetch().sum("relaykv_backups_total", Map.of("outcome", "sent")) == 1);
    page = fetch();
  }

  private static void fillAnAccount() {
    try (KvAdmin admin = cluster.newAdmin()) {
      admin.createAccount("small", 100);
    }
    String key = cluster.newApiKey("small", ApiKeyRight.READ, ApiKeyRight.WRITE);
    try (KvClient small = cluster.newClient(key)) {
      small.put("k", "x".repeat(93));
    }
  }

  private static void takeABackup(Path file) {
    try (KvAdmin admin = cluster.newAdmin()) {
      backup = admin.createBackup(file, false, progress -> {});
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void everyDocumentedMetricIsShownAsItIsDocumented() {
    assertThat(MetricCatalogue.all())
        .allSatisfy(
            entry -> {
              assertThat(page.types()).containsEntry(entry.name(), entry.type().word());
              assertThat(page.help()).containsEntry(entry.name(), entry.help());
              assertThat(page.labelNames(sampleName(entry)))
                  .as("labels of %s", entry.name())
                  .containsExactly(labels(entry));
            });
  }

  private static String sampleName(MetricCatalogue.Entry entry) {
    return entry.type() == MetricCatalogue.Type.SUMMARY ? entry.name() + "_sum" : entry.name();
  }

  private static Set<String> labels(MetricCatalogue.Entry entry) {
    return Stream.concat(Stream.of("node"), entry.labels().stream()).collect(Collectors.toSet());
  }

  @Test
  void everyMetricOfOursIsDocumented() {
    assertThat(page.types().keySet())
        .filteredOn(name -> name.startsWith("relaykv_"))
        .allSatisfy(name -> assertThat(MetricCatalogue.find(name)).as(name).isPresent());
  }

  @Test
  void everyNodeShowsTheSame() {
    assertThat(cluster.nodeIds())
        .allSatisfy(
            node ->
                assertThat(
                        MetricCatalogue.all().stream()
                            .filter(entry -> !entry.labels().contains("follower"))
                            .filter(entry -> !shows(node, entry)))
                    .as("what %s does not show", node)
                    .isEmpty());
  }

  private static boolean shows(String node, MetricCatalogue.Entry entry) {
    return page.samples().stream()
        .anyMatch(
            sample -> sample.name().equals(sampleName(entry)) && sample.has(Map.of("node", node)));
  }

  @Test
  void theNumbersAreRight() {
    String leader = cluster.awaitLeader();
    Map<String, String> put = Map.of("operation", "put", "outcome", "ok", "node", leader);
    assertThat(page.sum("relaykv_operations_total", put)).isEqualTo(21);
    // The cluster was asked, too, whether it serves.
    assertThat(page.sum("relaykv_operations_total", Map.of("outcome", "missing"))).isPositive();
    assertThat(
            page.sum(
                "relaykv_operation_duration_seconds_count",
                Map.of("operation", "put", "node", leader)))
        .isEqualTo(21);
    assertThat(
            page.sum(
                "relaykv_operation_duration_seconds",
                Map.of("operation", "put", "node", leader, "quantile", "0.99")))
        .isBetween(0.00001, 30.0);
    assertThat(page.sum("relaykv_log_entry_writes_sum", Map.of())).isEqualTo(22);
    assertThat(page.sum("relaykv_accounts_nearly_full", Map.of())).isEqualTo(3);
    assertThat(page.sum("relaykv_is_leader", Map.of())).isEqualTo(1);
    assertThat(page.sum("relaykv_has_leader", Map.of())).isEqualTo(3);
    assertThat(page.sum("relaykv_is_member", Map.of())).isEqualTo(3);
    assertThat(page.sum("relaykv_feature_level", Map.of())).isEqualTo(3);
    assertThat(page.sum("relaykv_supported_feature_level", Map.of())).isEqualTo(3);
    assertThat(page.sum("relaykv_follower_lag_entries", Map.of())).isZero();
    assertThat(page.sum("relaykv_log_fsync_duration_seconds_count", Map.of("node", leader)))
        .isGreaterThan(1);
    assertThat(page.sum("relaykv_applied_index", Map.of("node", leader)))
        .isEqualTo(page.sum("relaykv_committed_index", Map.of("node", leader)))
        .isGreaterThan(5);
    assertThat(page.sum("relaykv_elections_total", Map.of())).isPositive();
    assertThat(page.sum("relaykv_leader_changes_total", Map.of("node", leader))).isPositive();
    assertThat(page.sum("relaykv_rocksdb_memtable_bytes", Map.of("node", leader))).isPositive();
    assertThat(
            page.sum(
                "relaykv_certificate_expiry_timestamp_seconds",
                Map.of("port", "peer", "node", leader)))
        .isGreaterThan(System.currentTimeMillis() / 1000.0);
  }

  @Test
  void theBackupIsTheOneThatWasTaken() {
    Map<String, String> giver = Map.of("node", backup.node());
    assertThat(page.sum("relaykv_backup_sent_index", giver))
        .isEqualTo((double) backup.appliedIndex());
    assertThat(page.sum("relaykv_backup_sent_timestamp_seconds", giver))
        .isEqualTo(backup.createdAt().toEpochMilli() / 1000.0);
    assertThat(page.sum("relaykv_backup_sent_bytes", giver)).isPositive();
    assertThat(page.sum("relaykv_backup_sent_duration_seconds", giver)).isBetween(1e-6, 60.0);
    assertThat(page.sum("relaykv_backup_sent_index", Map.of()))
        .as("no other node has given one")
        .isEqualTo((double) backup.appliedIndex());
    assertThat(page.sum("relaykv_backups_total", Map.of("outcome", "broken_off"))).isZero();
  }

  @Test
  void alertsAndDashboardNameNothingElse() throws IOException {
    Set<String> known = new TreeSet<>(page.names());
    known.add("up");
    List<String> expressions =
        Stream.concat(
                Monitoring.alertExpressions().stream(), Monitoring.dashboardExpressions().stream())
            .toList();
    assertThat(expressions).hasSizeGreaterThan(20);
    assertThat(expressions)
        .allSatisfy(
            expression -> assertThat(known).as(expression).containsAll(PromQl.metrics(expression)));
  }

  private static MetricsPage fetch() throws IOException, InterruptedException {
    URI address = URI.create("http://" + cluster.httpAddressOf("n1") + "/metrics");
    return MetricsPage.parse(
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
                BodyHandlers.ofString())
            .body());
  }

  private static void makeCertificates(Path into) throws IOException, InterruptedException {
    int exitCode =
        new ProcessBuilder(
                "deploy/certs.sh", into.toString(), "n1=127.0.0.1", "n2=127.0.0.1", "n3=127.0.0.1")
            .directory(Repository.ROOT.toFile())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(exitCode).isZero();
  }
}
