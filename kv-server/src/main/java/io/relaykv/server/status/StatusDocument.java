package io.relaykv.server.status;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.http.Readiness;
import io.relaykv.server.status.OperationHistory.Sample;
import io.relaykv.statemachine.levels.FeatureLevels;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /status}: what a node knows, as JSON. Sizes are in bytes, times ISO-8601 in UTC, and what
 * is not known is null. Fields are only ever added.
 *
 * @param now by this node's wall clock
 * @param node what this node says of itself
 * @param cluster what it knows of the others too
 * @param readiness whether it serves
 * @param history of its operations
 */
record StatusDocument(
    Instant now,
    StatusResponse node,
    ClusterView cluster,
    Readiness readiness,
    List<Sample> history) {
  String render() {
    return ConfigValueFactory.fromMap(json()).render(ConfigRenderOptions.concise());
  }

  private Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("time", time(now));
    json.put("cluster", node.getClusterName());
    json.put("cluster_id", node.getClusterId());
    json.put("node", node.getNodeId());
    json.put("version", node.getVersion());
    json.put("started_at", time(Instant.ofEpochMilli(node.getStartedAtMs())));
    json.put("role", node.getRole().name());
    json.put("leader", node.getLeader().getNodeId());
    json.put("term", node.getTerm());
    json.put("applied_index", node.getAppliedIndex());
    json.put("committed_index", node.getCommittedIndex());
    json.put("last_log_index", node.getLastLogIndex());
    json.put("snapshot_index", node.getSnapshotIndex());
    json.put("disk_free_bytes", node.getDiskFreeBytes());
    json.put("disk_total_bytes", node.getDiskTotalBytes());
    json.put("short_of_disk", node.getShortOfDisk());
    json.put("restoring", node.getRestoring());
    json.put("feature_level", node.getFeatureLevel());
    json.put("supported_feature_level", node.getSupportedFeatureLevel());
    json.put(
        "members",
        node.getMembersList().stream()
            .map(
                member ->
                    Map.of(
                        "node", member.getNodeId(),
                        "client_address", member.getClientAddress(),
                        "peer_address", member.getPeerAddress()))
            .toList());
    json.put("replica_check", node.hasCheck() ? check(node.getCheck()) : null);
    json.put("verdict", verdict(Verdict.of(cluster, node.getRestoring())));
    json.put("nodes", cluster.nodes().stream().map(this::member).toList());
    json.put("ready", readiness.isReady());
    json.put(
        "checks",
        readiness.checks().stream()
            .map(
                check ->
                    Map.of(
                        "name", check.name(),
                        "passed", check.passed(),
                        "detail", check.detail()))
            .toList());
    json.put("history", measured());
    return json;
  }

  private static Map<String, @Nullable Object> check(CheckProgress check) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("index", check.getIndex());
    json.put("hashed_bytes", check.getHashedBytes());
    ByteString digest = check.getDigest();
    json.put("sha256", digest.isEmpty() ? null : HexFormat.of().formatHex(digest.toByteArray()));
    return json;
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    return Map.of(
        "health", verdict.health().lowerCase(),
        "word", verdict.word(),
        "text", verdict.text(),
        "next", verdict.next());
  }

  private Map<String, @Nullable Object> member(NodeView view) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    boolean known = view.hasCard();
    json.put("node", view.id());
    json.put("self", view.id().equals(cluster.self()));
    json.put("client_address", view.clientAddress());
    json.put("peer_address", view.peerAddress());
    json.put("role", view.role().name());
    json.put("up", view.up());
    json.put("silent_ms", milliseconds(view.silent()));
    json.put("applied_index", known ? view.card().getAppliedIndex() : null);
    json.put("behind_entries", known || view.behindEntries() > 0 ? view.behindEntries() : null);
    json.put("disk_free_bytes", known ? view.card().getDiskFreeBytes() : null);
    json.put("disk_total_bytes", known ? view.card().getDiskTotalBytes() : null);
    json.put("short_of_disk", known ? view.card().getShortOfDisk() : null);
    json.put("version", known ? view.card().getVersion() : null);
    json.put("started_at", known ? time(Instant.ofEpochMilli(view.card().getStartedAtMs())) : null);
    json.put(
        "supported_feature_level",
        known ? Math.max(FeatureLevels.FIRST, view.card().getSupportedFeatureLevel()) : null);
    return json;
  }

  /** The intervals, the oldest first; an interval in which nothing was answered has no p99. */
  private Map<String, @Nullable Object> measured() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("interval_seconds", OperationHistory.INTERVAL_MS / 1000);
    json.put("intervals_kept", OperationHistory.INTERVALS);
    json.put(
        "operations_per_second",
        history.stream().map(sample -> rounded(sample.perSecond(), 10)).toList());
    List<@Nullable Double> p99 = new ArrayList<>();
    for (Sample sample : history) {
      Double seconds = sample.p99Seconds();
      p99.add(seconds == null ? null : rounded(seconds, 1_000_000));
    }
    json.put("p99_seconds", p99);
    return json;
  }

  private static double rounded(double value, int steps) {
    return Math.round(value * steps) / (double) steps;
  }

  private static @Nullable Long milliseconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
