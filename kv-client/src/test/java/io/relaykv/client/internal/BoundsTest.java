package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.IS_SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a client refuses, what it makes wait, and how it ends. */
class BoundsTest {
  @Test
  void beyondTheBoundACallWaitsForRoomAndThenGoesAhead() {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client =
            KvClient.builder()
                .nodes(node.address())
                .apiKey(TestKeys.API_KEY)
                .maxInFlightOps(1)
                .requestTimeout(Duration.ofSeconds(10))
                .build()) {
      CompletableFuture<Void> first = client.async().put("first", KvValue.of(1));
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> client.put("second", KvValue.of(2)));
      await("the first to be sent").until(() -> node.received().size() == 1);
      assertThat(second).isNotDone();
      node.playing(ScriptedNode.SERVES);
      node.serve(node.received().get(0));
      first.join();
      second.join();
    }
  }

  @Test
  void aCallThatFindsNoRoomWithinItsDeadlineIsUnavailable() {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client =
            KvClient.builder()
                .nodes(node.address())
                .apiKey(TestKeys.API_KEY)
                .maxInFlightBytes(2 << 20)
                .requestTimeout(Duration.ofMillis(400))
                .build()) {
      KvValue big = KvValue.of("x".repeat(1_000_000));
      client.async().put("a", big);
      client.async().put("b", big);
      assertThatThrownBy(() -> client.async().put("c", big).join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfAny(UnavailableException.class, OutcomeUnknownException.class);
    }
  }

  @Test
  void badInputIsRefusedAtOnceAndNamed() {
    try (KvClient client =
        KvClient.builder().nodes("127.0.0.1:1").apiKey(TestKeys.API_KEY).build()) {
      assertThatThrownBy(() -> client.put("bad key", 1))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("bad key");
      assertThatThrownBy(() -> client.get("")).isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(() -> client.delete("k".repeat(513)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("513")
          .hasMessageContaining("512");
      assertThatThrownBy(() -> client.put("k", "x".repeat(1 << 20)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("1048578");
      assertThatThrownBy(() -> client.keys("", 10_001))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("10001");
      for (int limit : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> client.keys("", limit))
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining(Integer.toString(limit));
      }
      assertThatThrownBy(() -> client.keys("p".repeat(513)))
          .isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(() -> client.keys("a b")).isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(() -> client.async().get("a b"))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  @Test
  void whatIsJustWithinTheLimitsIsSent() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client =
            KvClient.builder().nodes(node.address()).apiKey(TestKeys.API_KEY).build()) {
      client.put("k".repeat(512), "x".repeat((1 << 20) - 2));
      client.put("k", "x".repeat((1 << 20) - 3));
      client.keys("p".repeat(512), 10_000);
      client.keys("", 1);

      assertThat(node.received()).hasSize(4);
    }
  }

  @Test
  void aWaitingCallOnTheCallbackThreadIsRefusedRatherThanStuck() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client =
            KvClient.builder().nodes(node.address()).apiKey(TestKeys.API_KEY).build()) {
      CompletableFuture<Object> stage =
          client
              .async()
              .get("a")
              .thenApply(
                  value -> {
                    client.put("b", 1);
                    return value;
                  });
      assertThatThrownBy(stage::join)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("thenApplyAsync");
    }
  }

  @Test
  void anAsynchronousCallOnTheCallbackThreadGoesAheadAtTheBound() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client =
            KvClient.builder()
                .nodes(node.address())
                .apiKey(TestKeys.API_KEY)
                .maxInFlightOps(1)
                .build()) {
      client
          .async()
          .get("a")
          .thenCompose(value -> client.async().put("b", KvValue.of(1)))
          .thenCompose(done -> client.async().delete("b"))
          .join();
      assertThat(node.received()).hasSize(3);
    }
  }

  @Test
  void closingEndsWhatIsUnderWayAndWhatComesAfter() {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT)) {
      KvClient client = KvClient.builder().nodes(node.address()).apiKey(TestKeys.API_KEY).build();
      CompletableFuture<Void> put = client.async().put("a", KvValue.of(1));
      await("the write to be sent").until(() -> node.received().size() == 1);
      client.close();
      client.close();
      assertThatThrownBy(put::join)
          .cause()
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(() -> client.get("a"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void aClosedClientIsClosedHoweverOftenItIsAsked() {
    KvClient client = KvClient.builder().nodes("localhost:1").apiKey(TestKeys.API_KEY).build();
    client.close();
    for (int i = 0; i < 50; i++) {
      assertThat(client.async().get("a"))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("closed");
    }
  }
}
