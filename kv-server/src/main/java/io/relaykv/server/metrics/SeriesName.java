package io.relaykv.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Prometheus name of a metric, with labels for the nodes that are part of its name.
 *
 * <pre>
 * ratis.log_worker.n1@group-2AF0.flushTime       ratis_log_worker_flushTime{node="n1"}
 * ratis.server.n1@group-2AF0.n2_peerCommitIndex  ratis_server_peerCommitIndex{node="n1",peer="n2"}
 * relaykv.client_port.n1.connections             relaykv_client_port_connections{node="n1"}
 * relaykv_operations{node=n1,operation=get}      relaykv_operations{node="n1",operation="get"}
 * jvm.memory.heap.used                           jvm_memory_heap_used
 * </pre>
 *
 * <p>The group is left out: a process serves one.
 */
record SeriesName(String name, Labels labels) {
  /** Component, member and metric. A node id has neither dots nor underscores. */
  private static final Pattern OF_A_NODE =
      Pattern.compile(
          "(?<component>(?:ratis(?:_grpc)?|relaykv)\\.[^.]+)\\.(?<node>[^.@]+)(?:@[^.]+)?"
              + "\\.(?<metric>.+)");

  /** The metrics that Ratis 3.3.0 has once for each peer, with the peer's id in the name. */
  private static final Pattern OF_A_PEER =
      Pattern.compile(
          "(?<before>follower_)?(?<peer>[^_]+)_(?<rest>peerCommitIndex|lastHeartbeatElapsedTime"
              + "|next_index|match_index|rpc_response_time"
              + "|(?:latency|success_reply_count|not_leader_reply_count|inconsistency_reply_count"
              + "|append_entry_timeout_count|pending_log_requests_count)(?:_heartbeat)?)");

  /** What {@link #registryName} makes. No value has a comma or a brace. */
  private static final Pattern WITH_LABELS = Pattern.compile("(?<name>[^{]+)\\{(?<labels>.+)\\}");

  /** What of Ratis' is worth a name that outlives Ratis' next version ({@link MetricCatalogue}). */
  private static final Map<String, String> OURS =
      Map.of(
          "ratis_log_worker_syncTime", "relaykv_log_fsync_duration_seconds",
          "ratis_leader_election_electionCount", "relaykv_elections");

  /**
   * The name in the registry of a metric with labels.
   *
   * @param labels pairs of name and value
   */
  static String registryName(String name, String nodeId, String... labels) {
    StringBuilder full = new StringBuilder(name).append("{node=").append(nodeId);
    for (int i = 0; i < labels.length; i += 2) {
      full.append(',').append(labels[i]).append('=').append(labels[i + 1]);
    }
    return full.append('}').toString();
  }

  private static Labels labels(String written) {
    String[] pairs = written.split(",", -1);
    String[] names = new String[pairs.length];
    String[] values = new String[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      int equals = pairs[i].indexOf('=');
      names[i] = pairs[i].substring(0, equals);
      values[i] = pairs[i].substring(equals + 1);
    }
    return Labels.of(names, values);
  }

  static SeriesName of(String registryName) {
    Matcher withLabels = WITH_LABELS.matcher(registryName);
    if (withLabels.matches()) {
      return new SeriesName(valid(withLabels.group("name")), labels(withLabels.group("labels")));
    }
    Matcher ofNode = OF_A_NODE.matcher(registryName);
    if (!ofNode.matches()) {
      return new SeriesName(valid(registryName), Labels.EMPTY);
    }
    String node = ofNode.group("node");
    String metric = ofNode.group("metric");
    Matcher ofPeer = OF_A_PEER.matcher(metric);
    if (!ofPeer.matches()) {
      // Its gRPC message counters name the node twice.
      String ownPrefix = node + "_";
      String rest = metric.startsWith(ownPrefix) ? metric.substring(ownPrefix.length()) : metric;
      return new SeriesName(valid(ofNode.group("component") + "." + rest), Labels.of("node", node));
    }
    String before = ofPeer.group("before") == null ? "" : ofPeer.group("before");
    return new SeriesName(
        valid(ofNode.group("component") + "." + before + ofPeer.group("rest")),
        Labels.of("node", node, "peer", ofPeer.group("peer")));
  }

  private static String valid(String name) {
    String valid = PrometheusNaming.sanitizeMetricName(PrometheusNaming.prometheusName(name));
    return OURS.getOrDefault(valid, valid);
  }
}
