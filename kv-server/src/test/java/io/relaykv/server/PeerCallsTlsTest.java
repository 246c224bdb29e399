package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;

import io.relaykv.server.tls.TestCertificates;
import io.relaykv.server.tls.TestCertificates.Issued;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** To whom a node talks: it stands for election, and somebody else answers at n2's address. */
@Timeout(60)
class PeerCallsTlsTest {
  private static final TestCertificates NODES = TestCertificates.authority("nodes");

  @TempDir private Path directory;
  private String hostOfN2 = "127.0.0.1";
  private final AtomicInteger shown = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void itTalksToTheMemberAtItsAddress() throws IOException {
    standForElection(
        NODES.peer("n2").signed(), () -> await("a request").until(() -> asked.get() > 0));
  }

  @Test
  void itTalksToTheMemberAtAnIpv6Address() throws IOException {
    hostOfN2 = "[::1]";
    standForElection(
        NODES.peer("n2").at("::1").signed(), () -> await("a request").until(() -> asked.get() > 0));
  }

  @Test
  void itTellsNothingToAnotherMemberAtAnIpv6Address() throws IOException {
    hostOfN2 = "[::1]";
    itTellsNothingToWhoeverShowsACertificate(NODES.peer("n3").at("::1").signed());
  }

  static Stream<Named<Issued>> badCertificates() {
    return Stream.of(
        named("of another member", NODES.peer("n3").signed()),
        named(
            "that names no node",
            NODES.certificateFor("n2").onLoopback().forServers().forClients().signed()),
        named(
            "for another address",
            NODES
                .certificateFor("n2")
                .at("127.0.0.2")
                .naming("n2")
                .forServers()
                .forClients()
                .signed()),
        named(
            "for clients only",
            NODES.certificateFor("n2").onLoopback().naming("n2").forClients().signed()),
        named("expired", NODES.peer("n2").expired().signed()),
        named(
            "of another authority of that name",
            TestCertificates.authority("nodes").peer("n2").signed()));
  }

  @ParameterizedTest
  @MethodSource("badCertificates")
  void itTellsNothingToWhoeverShowsACertificate(Issued bad) throws IOException {
    standForElection(
        bad,
        () ->
            await("the certificate to have been seen")
                .atMost(Duration.ofSeconds(30))
                .until(() -> shown.get() >= 2));
    assertThat(asked).hasValue(0);
  }

  private void standForElection(Issued certificateOfN2, Runnable meanwhile) throws IOException {
    NODES.peer("n1").signed().write(directory, "n1");
    NODES.write(directory.resolve("ca.crt"));
    Server n2 = server(certificateOfN2);
    try {
      NodeSettings alone = NodeSettings.in(directory);
      NodeSettings settings =
          alone
              .with(
                  "cluster.peers",
                  ("[{id = n1, client = \"127.0.0.1:%d\", peer = \"127.0.0.1:%d\"},"
                          + "{id = n2, client = \"127.0.0.1:1\", peer = \"%s:%d\"},"
                          + "{id = n3, client = \"127.0.0.1:3\", peer = \"127.0.0.1:4\"}]")
                      .formatted(alone.clientPort(), alone.peerPort(), hostOfN2, n2.getPort()))
              .with("tls.peer.certificate", directory.resolve("n1.crt").toString())
              .with("tls.peer.key", directory.resolve("n1.key").toString())
              .with("tls.peer.ca", directory.resolve("ca.crt").toString());
      NodeDirectory.bootstrap(settings.config());
      try (KvNode node = KvNode.start(settings.config(), (what, cause) -> {})) {
        assertThat(node.id()).isEqualTo("n1");
        meanwhile.run();
      }
    } finally {
      n2.shutdownNow();
    }
  }

  private Server server(Issued certificate) throws IOException {
    return NettyServerBuilder.forPort(0)
        .sslContext(
            GrpcSslContexts.configure(SslContextBuilder.forServer(new CountingKeys(certificate)))
                .build())
        .addService(
            new RaftServerProtocolServiceImplBase() {
              @Override
              public void requestVote(
                  RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> reply) {
                asked.incrementAndGet();
                reply.onError(Status.UNAVAILABLE.asRuntimeException());
              }
            })
        .build()
        .start();
  }

  private final class CountingKeys extends X509ExtendedKeyManager {
    private final Issued issued;

    CountingKeys(Issued issued) {
      this.issued = issued;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      shown.incrementAndGet();
      return "n2";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {issued.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return issued.key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {"n2"};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return "n2";
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return null;
    }
  }
}
