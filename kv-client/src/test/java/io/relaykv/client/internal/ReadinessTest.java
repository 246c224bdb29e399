package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.IS_SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvClient;
import io.relaykv.client.NodeFailure;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ping} and {@code awaitReady}. */
class ReadinessTest {
  private static KvClient client(Duration timeout, String... nodes) {
    return KvClient.builder().nodes(nodes).apiKey(TestKeys.API_KEY).requestTimeout(timeout).build();
  }

  @Test
  void aPingPassesTheBarrierOfTheLeader() {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        ScriptedNode follower = ScriptedNode.start("n2").following(leader);
        KvClient client = client(Duration.ofSeconds(5), follower.address())) {
      assertThat(client.ping()).isPositive().isLessThan(Duration.ofSeconds(5));
      assertThat(leader.received()).hasSize(1).allMatch(Request::hasBarrier);
      assertThat(follower.received()).isEmpty();
    }
  }

  @Test
  void aPingTakesAsLongAsTheAnswerDoes() {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client = client(Duration.ofSeconds(5), node.address())) {
      CompletableFuture<Duration> ping = client.async().ping();
      await("the ping to have been sent for a while")
          .pollDelay(Duration.ofMillis(120))
          .until(() -> node.received().size() == 1);
      node.serve(node.received().get(0));
      assertThat(ping.join()).isGreaterThan(Duration.ofMillis(120));
    }
  }

  /** Which answers so behind the same barrier. */
  @Test
  void aNodeOfAnEarlierVersionAnswersInItsOwnWay() {
    try (ScriptedNode old =
            ScriptedNode.start("n1")
                .playing(ScriptedNode.fails(Failure.Code.INVALID, "no operation that I know"));
        KvClient client = client(Duration.ofSeconds(5), old.address())) {
      assertThat(client.ping()).isPositive();
      client.awaitReady(Duration.ofSeconds(5));
    }
  }

  @Test
  void aPingEndsWithinTheDeadline() {
    try (ScriptedNode silent = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client = client(Duration.ofMillis(300), silent.address())) {
      assertThatThrownBy(client::ping)
          .isInstanceOf(UnavailableException.class)
          .hasMessageMatching(
              "ping: no answer within \\d+ ms; nothing was applied \\[%s: has not answered yet]"
                  .formatted(silent.address()));
    }
  }

  /** It has patience of its own: the operations of the client end before. */
  @Test
  void whoWaitsForTheClusterWaitsLongerThanOperations() throws Exception {
    int port;
    try (ScriptedNode probe = ScriptedNode.start("n1")) {
      port = probe.port();
    }
    try (KvClient client = client(Duration.ofMillis(200), "127.0.0.1:" + port)) {
      CompletableFuture<Void> ready = client.async().awaitReady(Duration.ofSeconds(30));
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(UnavailableException.class);
      assertThat(ready).isNotDone();
      try (ScriptedNode back = ScriptedNode.start("n1", port)) {
        ready.get(5, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(back.received()).hasSize(1);
      }
    }
  }

  /** Also when the client's operations, which stand before it, have more time. */
  @Test
  void whoWaitsForTheClusterWaitsNoLongerThanItSaid() {
    try (ScriptedNode silent = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client = client(Duration.ofSeconds(30), silent.address())) {
      CompletableFuture<?> get = client.async().get("k");
      long start = System.nanoTime();
      assertThatThrownBy(() -> client.awaitReady(Duration.ofMillis(300)))
          .isInstanceOf(UnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
      assertThat(get).isNotDone();
    }
  }

  @Test
  void whyTheClusterIsNotReadyIsSaidOfEveryNode() {
    try (ScriptedNode one = ScriptedNode.start("n1").knowingNoLeader();
        KvClient client = client(Duration.ofSeconds(1), one.address(), "127.0.0.1:1")) {
      UnavailableException failure =
          catchThrowableOfType(
              UnavailableException.class, () -> client.awaitReady(Duration.ofSeconds(3)));
      assertThat(failure.reason())
          .matches("awaitReady: no answer within \\d+ ms; nothing was applied");
      assertThat(failure.attempts())
          .containsExactlyInAnyOrder(
              new NodeFailure(one.address(), "knows no leader at the moment"),
              new NodeFailure("127.0.0.1:1", "connection refused"));
    }
  }

  @Test
  void aKeyThatIsNotValidIsNotWaitedFor() {
    Status refusal = Status.UNAUTHENTICATED.withDescription("the key is not valid");
    try (ScriptedNode node = ScriptedNode.start("n1").refusing(refusal);
        KvClient client = client(Duration.ofSeconds(1), node.address())) {
      assertThatThrownBy(() -> client.awaitReady(Duration.ofMinutes(1)))
          .isInstanceOf(NotAllowedException.class)
          .hasMessageContaining("the key is not valid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.000999S", "-PT1S", "PT24H0.001S"})
  void patienceHasBounds(Duration patience) {
    try (KvClient client = client(Duration.ofSeconds(1), "127.0.0.1:1")) {
      assertThatThrownBy(() -> client.awaitReady(patience))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining(patience.toString());
    }
  }
}
