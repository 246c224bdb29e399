package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.RetireMember;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.tls.TestCertificates;
import io.relaykv.server.tls.TestCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.assertj.core.api.Assertions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who gets through to a peer port that has TLS. The node n1 is alone of three: it has term 0 and an
 * empty log, and stays so unless somebody talks it into another term.
 */
@Timeout(60)
class PeerPortTlsTest {
  private static final TestCertificates NODES = TestCertificates.authority("nodes");
  private static final TestCertificates CLIENTS = TestCertificates.authority("clients");

  @TempDir private Path directory;
  private NodeSettings settings;
  private KvNode node;
  private ManagedChannel admin;

  @BeforeEach
  void start() throws IOException {
    NODES.peer("n1").signed().write(directory, "n1");
    NODES.write(directory.resolve("ca.crt"));
    NodeSettings alone = NodeSettings.in(directory);
    settings =
        alone
            .with(
                "cluster.peers",
                ("[{id = n1, client = \"127.0.0.1:%d\", peer = \"127.0.0.1:%d\"},"
                        + "{id = n2, client = \"127.0.0.1:1\", peer = \"127.0.0.1:2\"},"
                        + "{id = n3, client = \"127.0.0.1:3\", peer = \"127.0.0.1:4\"}]")
                    .formatted(alone.clientPort(), alone.peerPort()))
            .with("tls.peer.certificate", directory.resolve("n1.crt").toString())
            .with("tls.peer.key", directory.resolve("n1.key").toString())
            .with("tls.peer.ca", directory.resolve("ca.crt").toString());
    NodeDirectory.bootstrap(settings.config());
    node = KvNode.start(settings.config(), (what, cause) -> {});
    admin =
        NettyChannelBuilder.forAddress("127.0.0.1", settings.clientPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    admin.shutdownNow();
    node.close();
  }

  @Test
  void aMemberIsHeard() throws IOException {
    try (FakePeer n2 = peer(NODES.peer("n2").signed(), "n2")) {
      assertThat(n2.readsIndex().getCode()).isNotEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(n2.startsElection().getCode()).isNotEqualTo(Status.Code.PERMISSION_DENIED);
      patiently("the node to vote, an election timeout after its start")
          .until(n2::isAnsweredForItsVote);
      patiently("the term that n2 named").until(() -> status().getTerm() >= FakePeer.HUGE_TERM);
      assertThat(n2.appendsTwo().getCode()).isEqualTo(Status.Code.OK);
      patiently("the entries that n2 sent").until(() -> status().getLastLogIndex() == 1);
    }
  }

  static Stream<Named<Issued>> badCertificates() {
    return Stream.of(
        named("a client's", CLIENTS.certificateFor("app").forClients().signed()),
        named("a client's that names a node", CLIENTS.peer("n2").signed()),
        named(
            "of another authority of that name",
            TestCertificates.authority("nodes").peer("n2").signed()),
        named("expired", NODES.peer("n2").expired().signed()),
        named("not yet valid", NODES.peer("n2").notYetValid().signed()),
        named("self-signed", NODES.peer("n2").selfSigned()),
        named(
            "for servers only",
            NODES.certificateFor("n2").onLoopback().naming("n2").forServers().signed()));
  }

  @ParameterizedTest
  @MethodSource("badCertificates")
  void aBadCertificateIsRefusedAtTheHandshake(Issued certificate) throws IOException {
    try (FakePeer fake = peer(certificate, "n2")) {
      assertRefusedWith(Status.Code.UNAVAILABLE, fake);
    }
  }

  @Test
  void plainTextIsRefused() {
    try (FakePeer fake = FakePeer.inPlainText(settings.peerPort(), "n2")) {
      assertRefusedWith(Status.Code.UNAVAILABLE, fake);
    }
  }

  @Test
  void aMemberCannotSpeakForAnother() throws IOException {
    try (FakePeer fake = peer(NODES.peer("n2").signed(), "n3")) {
      assertRefusedWith(Status.Code.PERMISSION_DENIED, fake);
    }
  }

  /** It may have been added while this node was away, and lead. */
  @Test
  void aNodeThatWasNeverHeardOfIsHeardButGetsNoVote() throws IOException {
    try (FakePeer n9 = peer(NODES.peer("n9").signed(), "n9")) {
      patiently("an answer, an election timeout after the start").until(n9::isAnsweredForItsVote);
      assertThat(status().getTerm()).as("term after its request for a vote").isZero();
      assertThat(n9.isToldToStop()).isFalse();
      assertThat(n9.appendsTwo().getCode()).isEqualTo(Status.Code.OK);
      patiently("the entries that n9 sent").until(() -> status().getLastLogIndex() == 1);
    }
  }

  @Test
  void aNodeThatWasNeverHeardOfCannotSpeakForAMember() throws IOException {
    try (FakePeer fake = peer(NODES.peer("n9").signed(), "n2")) {
      assertRefusedWith(Status.Code.PERMISSION_DENIED, fake);
    }
  }

  @Test
  void aFormerMemberIsRefusedAndToldToStopWhenItStandsForElection() throws IOException {
    try (FakePeer n2 = peer(NODES.peer("n2").signed(), "n2");
        FakePeer n9 = peer(NODES.peer("n9").signed(), "n9");
        FakePeer asN2 = peer(NODES.peer("n9").signed(), "n2")) {
      assertThat(n2.appends(retire("n9")).getCode()).isEqualTo(Status.Code.OK);
      patiently("n9 to be known as a former member").until(n9::isToldToStop);

      assertThat(n9.appendsTwo().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(n9.installsSnapshot().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(n9.startsElection().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(n9.readsIndex().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(asN2.requestsVote().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(status().getTerm()).as("term").isEqualTo(1);
      assertThat(status().getLastLogIndex()).as("last log index").isZero();
    }
  }

  /** Its removal has been decided on, but not been made: without its vote there may be no other. */
  @Test
  void aMemberThatIsAboutToBeRemovedIsStillHeard() throws IOException {
    try (FakePeer n2 = peer(NODES.peer("n2").signed(), "n2");
        FakePeer n3 = peer(NODES.peer("n3").signed(), "n3");
        FakePeer n9 = peer(NODES.peer("n9").signed(), "n9")) {
      assertThat(n2.appends(retire("n3"), retire("n9")).getCode()).isEqualTo(Status.Code.OK);
      patiently("both entries to be applied").until(n9::isToldToStop);
      patiently("an answer, an election timeout after the last append")
          .until(n3::isAnsweredForItsVote);
      assertThat(n3.isToldToStop()).isFalse();
      assertThat(n3.appendsTwo().getCode()).isEqualTo(Status.Code.OK);
    }
  }

  private static Command retire(String nodeId) {
    return Command.newBuilder()
        .setRetireMember(RetireMember.newBuilder().setNodeId(nodeId))
        .build();
  }

  @Test
  void aCertificateThatNamesNoNodeOrTwoIsRefused() throws IOException {
    Issued none = NODES.certificateFor("n2").onLoopback().forServers().forClients().signed();
    Issued two = NODES.peer("n2").naming("n3").signed();
    try (FakePeer noNode = peer(none, "n2");
        FakePeer twoNodes = peer(two, "n2")) {
      assertRefusedWith(Status.Code.PERMISSION_DENIED, noNode);
      assertRefusedWith(Status.Code.PERMISSION_DENIED, twoNodes);
    }
  }

  @Test
  void aMessageForAnotherNodeOrClusterIsRefused() throws IOException {
    Issued n2 = NODES.peer("n2").signed();
    try (FakePeer otherNode = peer(n2, "n2").meaningNode("n3");
        FakePeer otherCluster = peer(n2, "n2").meaningCluster("production")) {
      assertRefusedWith(Status.Code.PERMISSION_DENIED, otherNode);
      assertRefusedWith(Status.Code.PERMISSION_DENIED, otherCluster);
    }
  }

  @Test
  void membersMayNotUseTheOtherProtocolsOfRatis() throws IOException {
    try (FakePeer n2 = peer(NODES.peer("n2").signed(), "n2")) {
      StatusRuntimeException refusal =
          Assertions.catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  AdminProtocolServiceGrpc.newBlockingStub(n2.channel())
                      .withDeadlineAfter(10, TimeUnit.SECONDS)
                      .groupList(GroupListRequestProto.getDefaultInstance()));
      assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void tls11AndPlainTextAreCutOff() throws IOException {
    byte[] answer = TlsHandshakes.answerTo(TlsHandshakes.clientHello(2), settings.peerPort());
    assertThat(answer).hasSize(7).startsWith(TlsHandshakes.ALERT);
    assertThat(answer[6]).isEqualTo((byte) TlsHandshakes.PROTOCOL_VERSION);

    byte[] http = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(TlsHandshakes.answerTo(http, settings.peerPort())).hasSizeLessThanOrEqualTo(7);
  }

  @Test
  void renewedFilesCountWithoutARestart() throws IOException {
    TestCertificates next = TestCertificates.authority("next nodes");
    Issued renewed = next.peer("n1").signed();
    Issued n2 = next.peer("n2").signed();

    next.write(directory.resolve("ca.crt"));
    renewed.write(directory, "n1");

    patiently("the renewed certificate")
        .until(
            () -> TlsHandshakes.certificateAt(settings.peerPort()).equals(renewed.certificate()));
    try (FakePeer old = peer(NODES.peer("n2").signed(), "n2");
        FakePeer member = peer(n2, "n2")) {
      assertRefusedWith(Status.Code.UNAVAILABLE, old);
      assertThat(member.requestsVote().getCode()).isEqualTo(Status.Code.OK);
    }
  }

  /** A call alone may take ten seconds, as long as Awaitility waits. */
  private static ConditionFactory patiently(String what) {
    return await(what).atMost(Duration.ofSeconds(30));
  }

  private FakePeer peer(Issued certificate, String id) throws IOException {
    return FakePeer.withCertificate(settings.peerPort(), certificate, id);
  }

  /** Each kind of message that Ratis would act upon; none of it may move the node. */
  private void assertRefusedWith(Status.Code expected, FakePeer fake) {
    assertThat(fake.requestsVote().getCode()).as("requestVote").isEqualTo(expected);
    assertThat(fake.appendsTwo().getCode()).as("appendEntries").isEqualTo(expected);
    assertThat(fake.installsSnapshot().getCode()).as("installSnapshot").isEqualTo(expected);
    assertThat(fake.startsElection().getCode()).as("startLeaderElection").isEqualTo(expected);
    assertThat(fake.readsIndex().getCode()).as("readIndex").isEqualTo(expected);
    assertThat(status().getTerm()).as("term").isZero();
    assertThat(status().getLastLogIndex()).as("last log index").isZero();
  }

  private StatusResponse status() {
    return AdminGrpc.newBlockingStub(admin)
        .withInterceptors(TestKeys.showing(TestKeys.ADMIN.reveal()))
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .status(StatusRequest.getDefaultInstance());
  }
}
