package io.relaykv.testkit;

import java.util.Map;
import java.util.Optional;

/**
 * What a cluster has been made with to put faults in.
 *
 * @param network between nodes in this JVM
 * @param disks of the nodes that have small ones, by name
 * @param logs of the nodes that have logs which can fail, by name
 */
record FaultMeans(
    Optional<PeerNetwork> network, Map<String, SmallDisk> disks, Map<String, FailingLog> logs) {
  static final FaultMeans NONE = new FaultMeans(Optional.empty(), Map.of(), Map.of());

  static FaultMeans network(PeerNetwork network) {
    return new FaultMeans(Optional.of(network), Map.of(), Map.of());
  }

  static FaultMeans disks(Map<String, SmallDisk> disks) {
    return new FaultMeans(Optional.empty(), disks, Map.of());
  }

  static FaultMeans logs(Map<String, FailingLog> logs) {
    return new FaultMeans(Optional.empty(), Map.of(), logs);
  }
}
