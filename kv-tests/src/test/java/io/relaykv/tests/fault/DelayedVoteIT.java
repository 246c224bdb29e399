package io.relaykv.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.KvClient;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.PeerNetwork;
import io.relaykv.testkit.node.Link;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise P2: a request for a vote is on its way while the voter hears from the leader again and
 * acknowledges it. If it then votes, the leader relies on a lease while another is elected.
 */
@Tag("fault")
@Tag("alone")
@Tag("thorough")
class DelayedVoteIT {
  private static final int ROUNDS = Integer.getInteger("relaykv.stale-reads.rounds", 2);

  private static final Map<String, String> SETTINGS =
      Map.of("raft.election-timeout-min", "500ms", "raft.election-timeout-max", "1500ms");

  private static final String OLD = "\"old\"";

  @Test
  void aVoterThatHasJustAcknowledgedTheLeaderElectsNobodyElse(@TempDir Path directory)
      throws Exception {
    int delayed = 0;
    try (KvCluster cluster = KvCluster.inProcess(3, directory, SETTINGS);
        KvClient client = cluster.newClient()) {
      for (int round = 1; round <= ROUNDS; round++) {
        delayed += playRound(cluster, client, "k" + round);
      }
    }
    assertThat(delayed).as("votes that were late").isEqualTo(ROUNDS);
  }

  /** Returns the votes that were held up. */
  private static int playRound(KvCluster cluster, KvClient client, String key) throws Exception {
    client.put(key, "old");
    String leader = cluster.awaitLeader();
    PeerNetwork network = cluster.network();
    AtomicInteger held = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    try (PinnedReads reads = new PinnedReads(cluster, leader, key)) {
      await("reads from the leader")
          .atMost(Duration.ofSeconds(30))
          .until(() -> reads.returned(OLD) >= 5);
      network.beforeDelivery(
          (voter, message) -> {
            if (isVoteOfOthers(message, voter, leader) && held.getAndIncrement() == 0) {
              letTheVoterAcknowledge(cluster, leader, voter);
              done.countDown();
            }
          });
      cluster.isolate(leader);
      assertThat(done.await(20, TimeUnit.SECONDS)).as("a vote was on its way").isTrue();
      List<String> others = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
      long acknowledged = EagerPut.put(cluster, others, key, "\"new\"");
      await("reads that begin after the put")
          .atMost(Duration.ofSeconds(20))
          .until(() -> reads.begunSince(acknowledged) >= 300);
      assertThat(reads.returnedSince(acknowledged, OLD)).as("stale reads").isZero();
      return held.get() > 0 ? 1 : 0;
    } finally {
      network.beforeDelivery((to, message) -> {});
      cluster.heal();
      cluster.awaitLevel();
    }
  }

  private static boolean isVoteOfOthers(Message message, String voter, String leader) {
    return message instanceof RequestVoteRequestProto vote
        && !vote.getPreVote()
        && !voter.equals(leader)
        && !PeerNetwork.senderOf(message).equals(leader);
  }

  /** Mends the link between leader and voter for just as long as it takes. */
  private static void letTheVoterAcknowledge(KvCluster cluster, String leader, String voter) {
    CountDownLatch acknowledged = new CountDownLatch(1);
    Link back = new Link(voter, leader);
    cluster
        .network()
        .onReply(
            (link, message) -> {
              if (link.equals(back)
                  && message instanceof AppendEntriesReplyProto reply
                  && reply.getResult() != AppendEntriesReplyProto.AppendResult.NOT_LEADER) {
                acknowledged.countDown();
              }
            });
    cluster.links().heal(leader, voter);
    try {
      // If the leader does not come through in time, the vote is merely late.
      var unused = acknowledged.await(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cluster.links().cut(leader, voter);
      cluster.network().onReply((link, message) -> {});
    }
  }
}
