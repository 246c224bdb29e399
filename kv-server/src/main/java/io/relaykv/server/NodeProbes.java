package io.relaykv.server;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.http.HttpEndpoints;
import io.relaykv.server.http.NodeProbe;
import io.relaykv.server.http.Readiness;
import io.relaykv.server.http.Readiness.Check;
import io.relaykv.server.metrics.NodeMetrics;
import io.relaykv.server.metrics.PrometheusText;
import io.relaykv.server.raft.Member;
import io.relaykv.server.raft.RaftNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers the probes over HTTP from what the node knows. */
final class NodeProbes implements NodeProbe {
  /** A node that is further behind is still catching up. */
  private static final long MAX_BEHIND = 1000;

  private final RaftNode raft;
  private final NodeStatus status;

  private NodeProbes(RaftNode raft, NodeStatus status) {
    this.raft = raft;
    this.status = status;
  }

  static HttpEndpoints serve(NodeConfig config, RaftNode raft, NodeStatus status) {
    return HttpEndpoints.start(
        config.listen().http().socketAddress(),
        new NodeProbes(raft, status),
        new PrometheusText(NodeMetrics.registry())::writeTo);
  }

  @Override
  public boolean alive() {
    return raft.isAlive();
  }

  @Override
  public Readiness ready() {
    Optional<Member> leader = raft.leader();
    long behind = raft.committedIndex() - raft.info().getLastAppliedIndex();
    return new Readiness(
        List.of(
            new Check(
                "member",
                raft.isMember(),
                raft.isMember() ? "it is a member" : "it waits to be added: kv-shell member add"),
            new Check(
                "leader",
                leader.isPresent(),
                leader.map(known -> known.nodeId() + " leads").orElse("no leader is known")),
            new Check(
                "applied",
                behind < MAX_BEHIND,
                "%d committed entries are not applied yet".formatted(Math.max(0, behind)))));
  }

  @Override
  public String statusJson() {
    StatusResponse now = status.gather();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cluster", now.getClusterName());
    json.put("node", now.getNodeId());
    json.put("version", now.getVersion());
    json.put("role", now.getRole().name());
    json.put("leader", now.getLeader().getNodeId());
    json.put("term", now.getTerm());
    json.put("applied_index", now.getAppliedIndex());
    json.put("committed_index", now.getCommittedIndex());
    json.put("last_log_index", now.getLastLogIndex());
    json.put("snapshot_index", now.getSnapshotIndex());
    json.put("disk_free_bytes", now.getDiskFreeBytes());
    json.put("disk_total_bytes", now.getDiskTotalBytes());
    json.put("short_of_disk", now.getShortOfDisk());
    json.put(
        "members",
        now.getMembersList().stream()
            .map(
                member ->
                    Map.of(
                        "node", member.getNodeId(),
                        "client_address", member.getClientAddress(),
                        "peer_address", member.getPeerAddress()))
            .toList());
    return ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise());
  }
}
