package io.relaykv.shell;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.List;

/** Makes the clients that commands work with; the seam where tests put theirs. */
interface ClusterConnector {
  KvClient client(List<NodeAddress> nodes, Duration timeout);

  KvAdmin admin(List<NodeAddress> nodes, Duration timeout);
}
