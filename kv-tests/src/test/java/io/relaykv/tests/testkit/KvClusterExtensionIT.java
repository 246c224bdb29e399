package io.relaykv.tests.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One cluster for all tests of a class, made well before each. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KvClusterExtensionIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  @Test
  @Order(1)
  void aTestMayLeaveTheClusterInPieces(KvCluster cluster, KvClient client) {
    client.put("kept", 1);
    cluster.kill(cluster.awaitLeader());
    cluster.isolate(cluster.awaitLeader());
    assertThat(cluster).isSameAs(kv.cluster());
  }

  @Test
  @Order(2)
  void theNextOneFindsItWellAgainWithWhatWasStored(KvClient client) {
    assertThat(kv.cluster().status().up()).hasSize(3);
    assertThat(client.get("kept")).hasValue(KvValue.of(1));
    try (KvClient another = kv.newClient()) {
      another.put("kept", 2);
    }
    assertThat(client.get("kept")).hasValue(KvValue.of(2));
  }
}
