package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.IS_SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.NotAllowedException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.RefusedException;
import io.relaykv.protocol.v1.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How operations end when the cluster does not accept the key. */
class KeyRefusedTest {
  private static final KvValue VALUE = KvValue.of("v");
  private static final Status NOT_VALID =
      Status.UNAUTHENTICATED.withDescription("the API key is not valid");

  private static KvClient client(Duration timeout, ScriptedNode... nodes) {
    return KvClient.builder()
        .nodes(List.of(nodes).stream().map(ScriptedNode::address).toList())
        .apiKey(TestKeys.API_KEY)
        .requestTimeout(timeout)
        .build();
  }

  @Test
  void theKeyIsShownToEveryNode() {
    try (ScriptedNode leader = ScriptedNode.start("n1");
        ScriptedNode follower = ScriptedNode.start("n2").following(leader);
        KvClient client = client(Duration.ofSeconds(5), follower)) {
      client.put("k", VALUE);
      assertThat(follower.authorizations()).containsExactly("Bearer " + TestKeys.API_KEY);
      assertThat(leader.authorizations()).containsExactly("Bearer " + TestKeys.API_KEY);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void allThatWaitsFailsAtOnceAndNoOtherNodeIsAsked(Status.Code code) {
    Status refusal = Status.fromCode(code).withDescription("the API key is not valid");
    CountDownLatch allWait = new CountDownLatch(1);
    try (ScriptedNode one = ScriptedNode.start("n1").refusing(refusal, allWait);
        ScriptedNode two = ScriptedNode.start("n2").refusing(refusal, allWait);
        KvClient client = client(Duration.ofMinutes(1), one, two)) {
      List<CompletableFuture<?>> operations = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        operations.add(client.async().put("k" + i, VALUE));
        operations.add(client.async().get("k" + i));
      }
      allWait.countDown();
      for (CompletableFuture<?> operation : operations) {
        assertThatThrownBy(operation::join)
            .cause()
            .isInstanceOf(NotAllowedException.class)
            .hasMessageContaining("the API key is not valid");
      }
      int asked = one.authorizations().size() + two.authorizations().size();
      // All waited for the same refusal, but for what a pause of this test has held up.
      assertThat(asked).isLessThan(20);
      await("no further attempts")
          .during(Duration.ofMillis(800))
          .until(() -> one.authorizations().size() + two.authorizations().size() == asked);
    }
  }

  @Test
  void aStreamThatEndsForTheKeyLeavesTheFateOfWhatWasSentUnknown() {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client = client(Duration.ofMinutes(1), node)) {
      CompletableFuture<Void> put = client.async().put("k", VALUE);
      CompletableFuture<?> get = client.async().get("k");
      await("both to be sent").until(() -> node.received().size() == 2);
      node.endStreams(NOT_VALID);
      assertThatThrownBy(put::join)
          .cause()
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("the API key is not valid");
      assertThatThrownBy(get::join).cause().isInstanceOf(NotAllowedException.class);
    }
  }

  @Test
  void aRefusalWithoutWordsSaysWhatKindItIs() {
    try (ScriptedNode node = ScriptedNode.start("n1").refusing(Status.UNAUTHENTICATED);
        KvClient client = client(Duration.ofSeconds(5), node)) {
      assertThatThrownBy(() -> client.get("k"))
          .isInstanceOf(NotAllowedException.class)
          .hasMessageStartingWith("get k: UNAUTHENTICATED");
    }
  }

  @Test
  void aKeyThatIsEnabledAgainServesAgain() {
    try (ScriptedNode node =
            ScriptedNode.start("n1")
                .playing(ScriptedNode.fails(Failure.Code.UNAUTHENTICATED, "not valid"));
        KvClient client = client(Duration.ofSeconds(5), node)) {
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(NotAllowedException.class);
      node.playing(ScriptedNode.SERVES);
      assertThat(client.get("k")).hasValue(KvValue.of("k"));
    }
  }

  private static final Map<Failure.Code, Class<? extends KvException>> REFUSALS =
      Map.of(
          Failure.Code.UNAUTHENTICATED, NotAllowedException.class,
          Failure.Code.FORBIDDEN, NotAllowedException.class,
          Failure.Code.REFUSED, RefusedException.class,
          Failure.Code.INVALID, InvalidRequestException.class);

  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "FORBIDDEN", "REFUSED", "INVALID"})
  void aRefusalIsToldAsItIs(Failure.Code code) {
    try (ScriptedNode node =
            ScriptedNode.start("n1").playing(ScriptedNode.fails(code, "in its words"));
        KvClient client = client(Duration.ofSeconds(5), node)) {
      assertThatThrownBy(() -> client.put("k", VALUE))
          .isInstanceOf(REFUSALS.get(code))
          .hasMessage("in its words");
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(REFUSALS.get(code));
      assertThat(node.received()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"UNAUTHENTICATED", "FORBIDDEN", "REFUSED", "INVALID"})
  void aRefusalAfterACopyOfUnknownFateLeavesTheOutcomeUnknown(Failure.Code code) {
    try (ScriptedNode next =
        ScriptedNode.start("n2").playing(ScriptedNode.fails(code, "in its words"))) {
      ScriptedNode dying = ScriptedNode.start("n1").playing(IS_SILENT);
      next.following(dying);
      try (KvClient client = client(Duration.ofSeconds(20), dying, next)) {
        CompletableFuture<Void> put = client.async().put("k", VALUE);
        CompletableFuture<?> get = client.async().get("k");
        await("both to be sent").until(() -> dying.received().size() == 2);
        next.announce(next.itself());
        dying.close();
        assertThatThrownBy(put::join)
            .cause()
            .isInstanceOf(OutcomeUnknownException.class)
            .hasMessageContaining("in its words");
        assertThatThrownBy(get::join).cause().isInstanceOf(REFUSALS.get(code));
      }
    }
  }

  @Test
  void aRefusalAfterACopyThatWasCertainlyNotAppliedIsToldAsItIs() {
    try (ScriptedNode deposed =
            ScriptedNode.start("n1")
                .playing(ScriptedNode.fails(Failure.Code.NOT_LEADER, "not the leader"));
        ScriptedNode next =
            ScriptedNode.start("n2")
                .playing(ScriptedNode.fails(Failure.Code.FORBIDDEN, "read only"));
        KvClient client = client(Duration.ofSeconds(5), deposed, next)) {
      NotAllowedException failure =
          catchThrowableOfType(NotAllowedException.class, () -> client.put("k", VALUE));
      assertThat(failure.outcome()).isEqualTo(KvException.Outcome.NOT_APPLIED);
    }
  }
}
