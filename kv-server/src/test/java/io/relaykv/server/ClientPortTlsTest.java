package io.relaykv.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.StatusRequest;
import io.relaykv.server.tls.TestCertificates;
import io.relaykv.server.tls.TestCertificates.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets through to a client port that has TLS and asks for certificates. */
@Timeout(60)
class ClientPortTlsTest {
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final TestCertificates SERVERS = TestCertificates.authority("servers");
  private static final TestCertificates CLIENTS = TestCertificates.authority("clients");

  private static Path files;
  private static NodeSettings settings;
  private static KvNode node;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    files = directory;
    newServerCertificate().write(directory, "n1");
    CLIENTS.write(directory.resolve("clients-ca.crt"));
    settings =
        NodeSettings.in(directory)
            .with("tls.client.certificate", directory.resolve("n1.crt").toString())
            .with("tls.client.key", directory.resolve("n1.key").toString())
            .with("tls.client.client-ca", directory.resolve("clients-ca.crt").toString());
    NodeDirectory.bootstrap(settings.config());
    node =
        KvNode.start(
            settings.config(),
            (what, cause) -> {
              throw new AssertionError(what, cause);
            });
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Issued newServerCertificate() {
    return SERVERS.certificateFor("n1").onLoopback().forServers().signed();
  }

  @Test
  void aClientWithItsCertificateIsServed() throws IOException {
    Issued client = CLIENTS.certificateFor("app").forClients().signed();

    assertThat(statusOfCall(client)).isEqualTo(Status.Code.OK);
  }

  static Stream<Named<Issued>> badCertificates() {
    TestCertificates foreign = TestCertificates.authority("clients");
    return Stream.of(
        named("of another authority of that name", of(foreign).signed()),
        named("of the servers' authority", of(SERVERS).signed()),
        named("expired", of(CLIENTS).expired().signed()),
        named("not yet valid", of(CLIENTS).notYetValid().signed()),
        named("self-signed", of(CLIENTS).selfSigned()),
        named("for servers", CLIENTS.certificateFor("app").forServers().signed()));
  }

  private static TestCertificates.Request of(TestCertificates authority) {
    return authority.certificateFor("app").forClients();
  }

  @ParameterizedTest
  @MethodSource("badCertificates")
  void aBadCertificateIsRefused(Issued client) throws IOException {
    assertThat(statusOfCall(client)).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void noCertificateIsRefused() throws IOException {
    assertThat(statusOfCall(null)).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void tls11IsRefused() throws IOException {
    int port = settings.clientPort();

    assertThat(TlsHandshakes.firstByteOfAnswerTo(TlsHandshakes.clientHello(3), port))
        .as("TLS 1.2 is spoken")
        .isEqualTo(TlsHandshakes.HANDSHAKE);
    byte[] answer = TlsHandshakes.answerTo(TlsHandshakes.clientHello(2), port);
    assertThat(answer).hasSize(7).startsWith(TlsHandshakes.ALERT);
    assertThat(answer[6]).isEqualTo((byte) TlsHandshakes.PROTOCOL_VERSION);
  }

  @Test
  void plainTextIsCutOff() throws IOException {
    byte[] answer = TlsHandshakes.answerTo(HTTP2_PREFACE, settings.clientPort());

    assertThat(answer).as("an alert at most").hasSizeLessThanOrEqualTo(7);
  }

  @Test
  void whoSaysNothingIsCutOff() throws IOException {
    byte[] answer =
        TlsHandshakes.answerTo(new byte[0], settings.clientPort(), Duration.ofSeconds(8));

    assertThat(answer).isEmpty();
  }

  @Test
  void tlsOnAPlainPortFails() {
    // This node's peer port.
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> TlsHandshakes.certificateAt(settings.peerPort()));
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws Exception {
    Issued renewed = newServerCertificate();
    X509Certificate before = TlsHandshakes.certificateAt(settings.clientPort());
    assertThat(before).isNotEqualTo(renewed.certificate());

    renewed.write(files, "n1");

    await("the renewed certificate")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> TlsHandshakes.certificateAt(settings.clientPort()).equals(renewed.certificate()));
    aClientWithItsCertificateIsServed();
  }

  @Test
  void anotherAuthorityCountsWithoutARestart() throws Exception {
    TestCertificates next = TestCertificates.authority("next clients");
    Issued client = next.certificateFor("app").forClients().signed();
    assertThat(statusOfCall(client)).isEqualTo(Status.Code.UNAVAILABLE);

    next.write(files.resolve("clients-ca.crt"));
    try {
      await("the next authority")
          .atMost(Duration.ofSeconds(20))
          .until(() -> statusOfOrdinaryCall(client) == Status.Code.OK);
      assertThat(statusOfCall(of(CLIENTS).signed())).isEqualTo(Status.Code.UNAVAILABLE);
    } finally {
      CLIENTS.write(files.resolve("clients-ca.crt"));
      await("the authority as it was")
          .atMost(Duration.ofSeconds(20))
          .until(() -> statusOfCall(of(CLIENTS).signed()) == Status.Code.OK);
    }
  }

  /** Shows its certificate whatever the server asks for. */
  private static Status.Code statusOfCall(@Nullable Issued client) throws IOException {
    SslContextBuilder tls = forClient();
    if (client != null) {
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      keys.updateIdentityCredentials(new X509Certificate[] {client.certificate()}, client.key());
      tls.keyManager(keys);
    }
    return statusOfCallWith(tls);
  }

  /** Shows its certificate if it is of an authority that the server names, or if it names none. */
  private static Status.Code statusOfOrdinaryCall(Issued client) throws IOException {
    return statusOfCallWith(forClient().keyManager(client.key(), client.certificate()));
  }

  private static SslContextBuilder forClient() {
    return GrpcSslContexts.forClient().trustManager(SERVERS.certificate());
  }

  private static Status.Code statusOfCallWith(SslContextBuilder tls) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", settings.clientPort())
            .sslContext(tls.build())
            .build();
    try {
      var unused =
          AdminGrpc.newBlockingStub(channel)
              .withInterceptors(TestKeys.showing(TestKeys.ADMIN.reveal()))
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .status(StatusRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }
}
