package io.relaykv.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Prometheus name of a metric, with labels for the nodes that Ratis writes into its names.
 *
 * <pre>
 * ratis.log_worker.n1@group-2AF0.flushTime       ratis_log_worker_flushTime{node="n1"}
 * ratis.server.n1@group-2AF0.n2_peerCommitIndex  ratis_server_peerCommitIndex{node="n1",peer="n2"}
 * jvm.memory.heap.used                           jvm_memory_heap_used
 * </pre>
 *
 * <p>The group is left out: a process serves one.
 */
record SeriesName(String name, Labels labels) {
  /** Component, member and metric. A node id has neither dots nor underscores. */
  private static final Pattern RATIS =
      Pattern.compile(
          "(?<component>ratis(?:_grpc)?\\.[^.]+)\\.(?<node>[^.@]+)(?:@[^.]+)?\\.(?<metric>.+)");

  /** The metrics that Ratis 3.3.0 has once for each peer, with the peer's id in the name. */
  private static final Pattern OF_A_PEER =
      Pattern.compile(
          "(?<before>follower_)?(?<peer>[^_]+)_(?<rest>peerCommitIndex|lastHeartbeatElapsedTime"
              + "|next_index|match_index|rpc_response_time"
              + "|(?:latency|success_reply_count|not_leader_reply_count|inconsistency_reply_count"
              + "|append_entry_timeout_count|pending_log_requests_count)(?:_heartbeat)?)");

  static SeriesName of(String registryName) {
    Matcher ratis = RATIS.matcher(registryName);
    if (!ratis.matches()) {
      return new SeriesName(valid(registryName), Labels.EMPTY);
    }
    String node = ratis.group("node");
    String metric = ratis.group("metric");
    Matcher ofPeer = OF_A_PEER.matcher(metric);
    if (!ofPeer.matches()) {
      // Its gRPC message counters name the node twice.
      String ownPrefix = node + "_";
      String rest = metric.startsWith(ownPrefix) ? metric.substring(ownPrefix.length()) : metric;
      return new SeriesName(valid(ratis.group("component") + "." + rest), Labels.of("node", node));
    }
    String before = ofPeer.group("before") == null ? "" : ofPeer.group("before");
    return new SeriesName(
        valid(ratis.group("component") + "." + before + ofPeer.group("rest")),
        Labels.of("node", node, "peer", ofPeer.group("peer")));
  }

  private static String valid(String name) {
    return PrometheusNaming.sanitizeMetricName(PrometheusNaming.prometheusName(name));
  }
}
