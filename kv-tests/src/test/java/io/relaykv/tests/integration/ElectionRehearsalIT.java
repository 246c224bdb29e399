package io.relaykv.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.NodeStatus;
import io.relaykv.testkit.KvCluster;
import io.relaykv.testkit.PeerNetwork;
import io.relaykv.testkit.node.Link;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that has a leader asks the others for a vote that nobody gives, so that it knows how. */
@Timeout(120)
class ElectionRehearsalIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Long enough that nobody really stands while a node is restarted. */
  private static final Map<String, String> SETTINGS =
      Map.of("raft.election-timeout-min", "3s", "raft.election-timeout-max", "6s");

  private final Queue<Link> rehearsals = new ConcurrentLinkedQueue<>();
  private final Queue<Link> refusals = new ConcurrentLinkedQueue<>();
  private final Queue<Message> others = new ConcurrentLinkedQueue<>();

  @Test
  void eachOtherMemberIsAskedOnceAndNothingComesOfIt(@TempDir Path directory) {
    try (KvCluster cluster = KvCluster.inProcess(3, directory, SETTINGS)) {
      String leader = cluster.awaitLeader();
      long term = termOf(cluster);
      List<String> followers = cluster.nodeIds().stream().filter(id -> !id.equals(leader)).toList();
      String first = followers.get(0);
      String second = followers.get(1);
      cluster.network().beforeDelivery(this::delivering);
      cluster.network().onReply(this::replied);

      restart(cluster, first);
      awaitRehearsals(new Link(first, leader), new Link(first, second));
      // In the time that this takes the first would have asked again.
      restart(cluster, second);
      awaitRehearsals(new Link(second, leader), new Link(second, first));

      assertThat(rehearsals).filteredOn(link -> !link.from().equals(leader)).hasSize(4);
      assertThat(others).as("votes that were meant, or given").isEmpty();
      assertThat(cluster.awaitLeader()).isEqualTo(leader);
      assertThat(termOf(cluster)).isEqualTo(term);
    }
  }

  /** What the node has asked before does not count. */
  private void restart(KvCluster cluster, String id) {
    cluster.kill(id);
    rehearsals.removeIf(link -> link.from().equals(id));
    refusals.removeIf(link -> link.from().equals(id));
    cluster.start(id);
  }

  private void awaitRehearsals(Link... links) {
    await("rehearsals, and their answers, from and to " + List.of(links))
        .atMost(SOON)
        .until(
            () -> rehearsals.containsAll(List.of(links)) && refusals.containsAll(List.of(links)));
  }

  private static long termOf(KvCluster cluster) {
    return cluster.status().up().stream().mapToLong(NodeStatus.Up::term).max().orElseThrow();
  }

  private void delivering(String to, Message message) {
    if (message instanceof RequestVoteRequestProto vote) {
      if (vote.getPreVote()
          && TermIndex.valueOf(vote.getCandidateLastEntry()).equals(TermIndex.INITIAL_VALUE)) {
        rehearsals.add(new Link(PeerNetwork.senderOf(message), to));
      } else {
        others.add(message);
      }
    }
  }

  private void replied(Link back, Message message) {
    if (message instanceof RequestVoteReplyProto answer) {
      if (answer.getServerReply().getSuccess()) {
        others.add(answer);
      } else {
        refusals.add(back.reversed());
      }
    }
  }
}
