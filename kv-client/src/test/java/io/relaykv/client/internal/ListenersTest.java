package io.relaykv.client.internal;

import static io.relaykv.client.internal.ScriptedNode.IS_SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Status;
import io.relaykv.client.ClientListener;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.LeaderNode;
import io.relaykv.client.OperationKind;
import io.relaykv.client.OperationOutcome;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.Missing;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What listeners are told, and that they cannot hurt the client. */
class ListenersTest {
  private final HeardEvents heard = new HeardEvents();

  private static KvClient.Builder builder(String... nodes) {
    return KvClient.builder()
        .nodes(nodes)
        .apiKey(TestKeys.API_KEY)
        .requestTimeout(Duration.ofSeconds(5));
  }

  private KvClient client(String... nodes) {
    return builder(nodes).listener(heard).build();
  }

  @Test
  void everyOperationIsToldWithItsEnd() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client = client(node.address())) {
      client.put("k", 1);
      client.delete("k");
      client.get("k");
      client.ping();
      client.keys("", 10);
      node.playing(
          (request, to) ->
              to.onNext(
                  ServerFrame.newBuilder()
                      .addResponses(
                          Response.newBuilder()
                              .setId(request.getId())
                              .setMissing(Missing.getDefaultInstance()))
                      .build()));
      client.get("k");
      assertThat(heard.all())
          .containsExactly(
              "began PUT",
              "found n1 at " + node.address(),
              "ended PUT OK",
              "began DELETE",
              "ended DELETE OK",
              "began GET",
              "ended GET OK",
              "began PING",
              "ended PING OK",
              "began KEYS",
              "ended KEYS OK",
              "began GET",
              "ended GET MISSING");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID, INVALID",
    "REFUSED, REFUSED",
    "FORBIDDEN, NOT_ALLOWED",
    "UNAUTHENTICATED, NOT_ALLOWED"
  })
  void howAnOperationFailedIsTold(Failure.Code code, OperationOutcome outcome) {
    try (ScriptedNode node = ScriptedNode.start("n1").playing(ScriptedNode.fails(code, "no"));
        KvClient client = client(node.address())) {
      assertThatThrownBy(() -> client.put("k", 1)).isInstanceOf(KvException.class);
      assertThat(heard.all()).endsWith("ended PUT " + outcome);
    }
  }

  @Test
  void whetherAWriteMayHaveBeenAppliedIsTold() {
    try (ScriptedNode silent = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client =
            builder(silent.address())
                .listener(heard)
                .requestTimeout(Duration.ofMillis(300))
                .build()) {
      assertThatThrownBy(() -> client.put("k", 1)).isInstanceOf(KvException.class);
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(KvException.class);
      assertThat(heard.all()).contains("ended PUT UNKNOWN", "ended GET UNAVAILABLE");
    }
  }

  @Test
  void whatTheClientRefusesByItselfIsNotTold() {
    try (KvClient client = client("127.0.0.1:1")) {
      assertThatThrownBy(() -> client.get("no key")).isInstanceOf(InvalidRequestException.class);
      assertThat(heard.all()).isEmpty();
    }
  }

  @Test
  void anOperationForWhichThereIsNoRoomIsToldAsUnavailable() {
    try (ScriptedNode silent = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient client =
            builder(silent.address())
                .listener(heard)
                .requestTimeout(Duration.ofMillis(400))
                .maxInFlightOps(1)
                .build()) {
      CompletableFuture<Void> holdsTheRoom = client.async().awaitReady(Duration.ofSeconds(30));
      await("it to be sent").until(() -> silent.received().size() == 1);
      assertThatThrownBy(() -> client.get("k")).hasMessageContaining("no room");
      assertThat(holdsTheRoom).isNotDone();
      assertThat(heard.all())
          .containsExactly("found n1 at " + silent.address(), "began GET", "ended GET UNAVAILABLE");
    }
  }

  @Test
  void aChangeOfLeaderIsToldWithWhatIsSentAgain() {
    try (ScriptedNode next = ScriptedNode.start("n2")) {
      ScriptedNode dying = ScriptedNode.start("n1");
      next.following(dying);
      String n1 = "n1 at " + dying.address();
      String n2 = "n2 at " + next.address();
      try (KvClient client = client(dying.address(), next.address())) {
        client.put("k", 1);
        dying.playing(IS_SILENT);
        CompletableFuture<Void> one = client.async().put("k", KvValue.of(1));
        CompletableFuture<Void> two = client.async().put("k", KvValue.of(2));
        await("both sent").until(() -> dying.received().size() == 3);
        next.announce(next.itself());
        dying.close();
        one.join();
        two.join();
        assertThat(heard.leaders())
            .containsExactly("found " + n1, "lost " + n1, "found " + n2 + " after " + n1);
        assertThat(heard.all()).containsOnlyOnce("again 2");
      }
    }
  }

  @Test
  void aLeaderThatIsConnectedAnewIsToldAgain() {
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client = client(node.address())) {
      String n1 = "n1 at " + node.address();
      client.put("k", 1);
      node.endStreams(Status.UNAVAILABLE);
      await("the loss to be told").until(() -> heard.leaders().size() == 2);
      client.put("k", 1);
      assertThat(heard.leaders())
          .containsExactly("found " + n1, "lost " + n1, "found " + n1 + " after " + n1);
      assertThat(heard.all()).noneMatch(event -> event.startsWith("again"));
    }
  }

  @Test
  void whenNobodyLeadsAnyMoreAClientThatAsksForNothingIsToldToo() {
    List<Optional<LeaderNode>> leaders = new CopyOnWriteArrayList<>();
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client = builder(node.address()).onLeaderChange(leaders::add).build()) {
      client.put("k", 1);
      node.announce(node.itself());
      node.announce(Leader.getDefaultInstance());
      Optional<LeaderNode> n1 = Optional.of(new LeaderNode("n1", node.address()));
      await("the loss to be told").until(() -> leaders.size() == 2);
      assertThat(leaders).containsExactly(n1, Optional.empty());
      node.announce(node.itself());
      await("the leader to be told").until(() -> leaders.size() == 3);
      assertThat(leaders).containsExactly(n1, Optional.empty(), n1);
    }
  }

  @Test
  void nothingIsToldBehindTheEnd() {
    try (ScriptedNode silent = ScriptedNode.start("n1").playing(IS_SILENT)) {
      KvClient client = client(silent.address());
      CompletableFuture<Optional<KvValue>> get = client.async().get("k");
      await("the get to be sent").until(() -> silent.received().size() == 1);
      client.close();
      assertThatThrownBy(get::join).hasCauseInstanceOf(KvException.class);
      await("nothing more to be told")
          .during(Duration.ofMillis(300))
          .until(
              () ->
                  heard
                      .all()
                      .equals(
                          List.of(
                              "began GET",
                              "found n1 at " + silent.address(),
                              "ended GET UNAVAILABLE")));
    }
  }

  /** It may call the client, whose thread it is called by, as long as it does not wait. */
  @Test
  void aListenerMayCallTheClient() {
    AtomicReference<KvClient> client = new AtomicReference<>();
    List<CompletableFuture<Void>> puts = new CopyOnWriteArrayList<>();
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient opened =
            builder(node.address())
                .onLeaderChange(leader -> puts.add(client.get().async().put("l", KvValue.of(1))))
                .build()) {
      client.set(opened);
      opened.put("k", 1);
      await("the listener to have put").until(() -> puts.size() == 1);
      puts.get(0).join();
      assertThat(node.received()).hasSize(2);
    }
  }

  @Test
  void aListenerMayCloseTheClient() {
    AtomicReference<KvClient> client = new AtomicReference<>();
    try (ScriptedNode node = ScriptedNode.start("n1").playing(IS_SILENT);
        KvClient opened =
            builder(node.address()).onLeaderChange(leader -> client.get().close()).build()) {
      client.set(opened);
      assertThatThrownBy(() -> opened.get("k")).hasMessageContaining("the client is closed");
    }
  }

  @Test
  void aListenerThatThrowsHurtsNobodyAndIsLoggedOnce() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ClientListener.class);
    logged.start();
    logger.addAppender(logged);
    try (ScriptedNode node = ScriptedNode.start("n1");
        KvClient client =
            builder(node.address()).listener(new Throwing()).listener(heard).build()) {
      client.put("k", 1);
      node.endStreams(Status.UNAVAILABLE);
      await("the loss to be told").until(() -> heard.leaders().size() == 2);
      List<CompletableFuture<Optional<KvValue>>> gets = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        gets.add(client.async().get("k"));
      }
      assertThat(gets).allSatisfy(get -> assertThat(get.join()).isPresent());
      assertThat(heard.all().stream().filter("ended GET OK"::equals)).hasSize(10);
      assertThat(logged.list)
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getThrowableProxy().getMessage()).isEqualTo("a bad listener"));
    } finally {
      logger.detachAppender(logged);
    }
  }

  private static final class Throwing implements ClientListener {
    private static AssertionError failure() {
      return new AssertionError("a bad listener");
    }

    @Override
    public void operationBegan(OperationKind kind) {
      throw failure();
    }

    @Override
    public void operationEnded(OperationKind kind, OperationOutcome outcome, long nanos) {
      throw failure();
    }

    @Override
    public void operationsSentAgain(int count) {
      throw failure();
    }

    @Override
    public void leaderFound(LeaderNode leader, Optional<LeaderNode> before) {
      throw failure();
    }

    @Override
    public void leaderLost(LeaderNode leader) {
      throw failure();
    }
  }
}
