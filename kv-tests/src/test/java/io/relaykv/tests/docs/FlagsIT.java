package io.relaykv.tests.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FlagsIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  @Test
  void aFlagOutlivesTheLeader(KvCluster cluster, KvClient client) {
    client.put("flags/new-checkout", true);
    String leader = cluster.awaitLeader();
    cluster.kill(leader);
    assertEquals(Optional.of(KvValue.of(true)), client.get("flags/new-checkout"));
  }

  @Test
  void aFlagCanBeSetWhileANodeIsCutOff(KvCluster cluster, KvClient client) {
    cluster.isolate(cluster.awaitLeader());
    client.put("flags/new-checkout", false);
    cluster.heal();
    assertEquals(Optional.of(KvValue.of(false)), client.get("flags/new-checkout"));
  }
}
