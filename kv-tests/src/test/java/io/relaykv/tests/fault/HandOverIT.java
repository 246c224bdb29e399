package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.LeaderNode;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.KvClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients notice when the leadership changes hands in order: that it takes a moment. */
@Tag("fault")
@Timeout(120)
class HandOverIT {
  @RegisterExtension static final KvClusterExtension kv = KvClusterExtension.inProcess(3);

  private static final int PUTS = 5;

  /**
   * Ratis refuses them meanwhile; a client that is refused looks for a leader that is not there.
   */
  @Test
  void writesWaitMeanwhile(KvCluster cluster) throws Exception {
    cluster.awaitLevel();
    String leader = cluster.awaitLeader();
    String next =
        cluster.nodeIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch mayStand = new CountDownLatch(1);
    List<Optional<LeaderNode>> leaders = new CopyOnWriteArrayList<>();
    try (KvAdmin admin = cluster.newAdmin();
        KvClient client =
            KvClient.builder()
                .nodes(cluster.addresses())
                .apiKey(cluster.apiKey())
                .requestTimeout(Duration.ofSeconds(60))
                .onLeaderChange(leaders::add)
                .build()) {
      client.put("k", 0);
      cluster
          .network()
          .beforeDelivery(
              (to, message) -> {
                if (message instanceof StartLeaderElectionRequestProto) {
                  asked.countDown();
                  awaitOrEnd(mayStand);
                }
              });
      CompletableFuture<String> changed =
          CompletableFuture.supplyAsync(() -> admin.transferLeadership(Optional.of(next)));
      asked.await();

      List<CompletableFuture<Void>> puts =
          IntStream.range(0, PUTS)
              .mapToObj(i -> client.async().put("k" + i, KvValue.of(i)))
              .toList();
      await("puts that wait at the leader")
          .until(() -> MetricsPages.sum(cluster, leader, "relaykv_pending_writes") == PUTS);
      assertThat(leaders).as("leaders so far").hasSize(1);

      mayStand.countDown();
      assertThat(changed.join()).isEqualTo(next);
      puts.forEach(CompletableFuture::join);
      assertThat(cluster.awaitLeader()).isEqualTo(next);
    } finally {
      mayStand.countDown();
      cluster.network().beforeDelivery((to, message) -> {});
    }
  }

  private static void awaitOrEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
