package io.relaykv.shell;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.List;

/** Connects over the network. */
final class NetworkConnector implements ClusterConnector {
  @Override
  public KvClient client(List<NodeAddress> nodes, Duration timeout) {
    return KvClient.builder().nodes(texts(nodes)).requestTimeout(timeout).build();
  }

  @Override
  public KvAdmin admin(List<NodeAddress> nodes, Duration timeout) {
    return KvAdmin.builder().nodes(texts(nodes)).requestTimeout(timeout).build();
  }

  private static List<String> texts(List<NodeAddress> nodes) {
    return nodes.stream().map(NodeAddress::toString).toList();
  }
}
