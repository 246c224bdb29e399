package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeStatus;
import io.relaykv.shell.output.JsonText;
import io.relaykv.shell.output.Quantities;
import io.relaykv.shell.output.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the nodes say of themselves, as a table and as JSON. */
final class StatusView {
  private final ClusterStatus status;
  private final Instant now;
  private final long highestApplied;

  StatusView(ClusterStatus status, Instant now) {
    this.status = status;
    this.now = now;
    this.highestApplied =
        status.up().stream().mapToLong(NodeStatus.Up::appliedIndex).max().orElse(0);
  }

  Table table() {
    Table table =
        new Table(
            "NODE", "ADDRESS", "ROLE", "TERM", "APPLIED", "LAG", "DISK FREE", "UPTIME", "VERSION");
    status.nodes().forEach(node -> table.add(cells(node)));
    return table;
  }

  private List<String> cells(NodeStatus node) {
    if (node instanceof NodeStatus.Up up) {
      return List.of(
          up.name(),
          up.clientAddress(),
          role(up),
          Long.toString(up.term()),
          Long.toString(up.appliedIndex()),
          Long.toString(lag(up)),
          Quantities.bytes(up.diskFreeBytes()),
          Quantities.duration(uptime(up)),
          up.version());
    }
    return List.of(node.name(), node.clientAddress(), "down", cause(node));
  }

  /** One document on the whole cluster. */
  String document() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("health", JsonText.string(status.health().name().toLowerCase(Locale.ROOT)));
    members.put(
        "leader", status.leader().map(leader -> JsonText.string(leader.name())).orElse("null"));
    members.put(
        "nodesUp",
        Long.toString(status.members().stream().filter(NodeStatus.Up.class::isInstance).count()));
    members.put("nodesTotal", Integer.toString(status.members().size()));
    members.put("failuresTolerated", Integer.toString(status.failuresTolerated()));
    members.put("nodes", JsonText.array(nodes()));
    return JsonText.object(members);
  }

  /** One object for each node. */
  List<String> nodes() {
    return status.nodes().stream().map(this::node).toList();
  }

  private String node(NodeStatus node) {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("name", JsonText.string(node.name()));
    members.put("address", JsonText.string(node.clientAddress()));
    members.put("up", Boolean.toString(node instanceof NodeStatus.Up));
    if (node instanceof NodeStatus.Up up) {
      members.put("role", JsonText.string(role(up)));
      members.put("leader", up.leader().map(JsonText::string).orElse("null"));
      members.put("term", Long.toString(up.term()));
      members.put("applied", Long.toString(up.appliedIndex()));
      members.put("committed", Long.toString(up.committedIndex()));
      members.put("snapshot", Long.toString(up.snapshotIndex()));
      members.put("lag", Long.toString(lag(up)));
      members.put("diskFreeBytes", Long.toString(up.diskFreeBytes()));
      members.put("diskTotalBytes", Long.toString(up.diskTotalBytes()));
      members.put("shortOfDisk", Boolean.toString(up.shortOfDisk()));
      members.put("restoring", Boolean.toString(up.restoring()));
      members.put("startedAt", JsonText.string(up.startedAt().toString()));
      members.put("uptimeSeconds", Long.toString(uptime(up).toSeconds()));
      members.put("featureLevel", Integer.toString(up.featureLevel()));
      members.put("supportedFeatureLevel", Integer.toString(up.supportedFeatureLevel()));
      members.put("version", JsonText.string(up.version()));
      members.put("cluster", JsonText.string(up.clusterName()));
    } else {
      members.put("cause", JsonText.string(cause(node)));
    }
    return JsonText.object(members);
  }

  private long lag(NodeStatus.Up node) {
    return highestApplied - node.appliedIndex();
  }

  /** By our clock and the node's, which may disagree. */
  private Duration uptime(NodeStatus.Up node) {
    Duration uptime = Duration.between(node.startedAt(), now);
    return uptime.isNegative() ? Duration.ZERO : uptime;
  }

  private static String role(NodeStatus.Up node) {
    return node.role().name().toLowerCase(Locale.ROOT);
  }

  private static String cause(NodeStatus node) {
    return node instanceof NodeStatus.Unreachable unreachable ? unreachable.cause() : "";
  }
}
