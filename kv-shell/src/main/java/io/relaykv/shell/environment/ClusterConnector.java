package io.relaykv.shell.environment;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;

/** Makes the clients that commands work with; the seam where tests put theirs. */
public interface ClusterConnector {
  KvClient client(Connection to);

  KvAdmin admin(Connection to);
}
