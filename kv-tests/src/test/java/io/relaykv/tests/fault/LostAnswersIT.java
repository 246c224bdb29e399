package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.testkit.KvCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P4: the followers have the last entry, and their answers are lost with the connections.
 * No entry comes behind it, as the leader waits for it to be committed; heartbeats alone must tell
 * it that it can be.
 */
@Tag("fault")
class LostAnswersIT {
  /** Long enough that nobody else is elected meanwhile, which would mend it. */
  private static final Map<String, String> PATIENT =
      Map.of("raft.election-timeout-min", "5s", "raft.election-timeout-max", "8s");

  @Test
  void whatTheFollowersHaveIsCommittedAllTheSame(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.inProcess(3, directory, PATIENT);
        KvClient client = cluster.newClient()) {
      client.put("k", 0);
      String leader = cluster.awaitLeader();
      List<String> followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
      cluster.awaitLevel();
      long term = cluster.status().leader().orElseThrow().term();
      Set<String> arrived = ConcurrentHashMap.newKeySet();
      cluster
          .network()
          .beforeDelivery(
              (to, message) -> {
                if (message instanceof AppendEntriesRequestProto append) {
                  append
                      .getEntriesList()
                      .forEach(entry -> arrived.add(to + ":" + entry.getIndex()));
                }
              });
      followers.forEach(from -> cluster.links().cutOneWay(from, leader));

      // One entry is under way at most.
      CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
      await("it at both").until(() -> arrived.size() == 2);
      followers.forEach(from -> cluster.links().reconnect(from, leader));

      assertThat(put.orTimeout(4, TimeUnit.SECONDS)).succeedsWithin(Duration.ofSeconds(5));
      assertThat(cluster.status().leader().orElseThrow().term()).isEqualTo(term);
      assertThat(client.get("k")).contains(KvValue.of(1));
    }
  }
}
