package io.relaykv.shell.command.cluster;

import io.relaykv.client.ClusterStatus;
import io.relaykv.client.NodeStatus;
import io.relaykv.shell.output.SafeText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is left to do of an upgrade. That an upgrade is not finalized is no fault. */
final class UpgradeHint {
  private UpgradeHint() {}

  /** Empty if no node supports more than the cluster makes use of. */
  static Optional<String> of(ClusterStatus status) {
    List<NodeStatus.Up> up = status.up();
    int reached = up.stream().mapToInt(NodeStatus.Up::featureLevel).max().orElse(1);
    int newest = up.stream().mapToInt(NodeStatus.Up::supportedFeatureLevel).max().orElse(1);
    if (newest <= reached) {
      return Optional.empty();
    }
    String lacking =
        status.members().stream()
            .filter(
                node ->
                    !(node instanceof NodeStatus.Up one && one.supportedFeatureLevel() >= newest))
            .map(NodeStatus::name)
            .collect(Collectors.joining(" and "));
    return Optional.of(
        SafeText.line(
            lacking.isEmpty()
                ? "Upgrade: all nodes support feature level %d, and the cluster is at %d. When nobody wants to go back: kv-shell cluster finalize-upgrade"
                    .formatted(newest, reached)
                : "Upgrade: the cluster is at feature level %d until all nodes support %d; not yet: %s"
                    .formatted(reached, newest, lacking)));
  }
}
