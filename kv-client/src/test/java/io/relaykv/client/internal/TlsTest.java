package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a client believes, and what it says when it does not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsTest {
  /** Longer than a handshake takes on a busy machine; what fails takes all of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final TestCertificates authority = new TestCertificates("ours");
  @TempDir private Path directory;

  private Path trust(TestCertificates trusted) throws IOException {
    return Files.writeString(directory.resolve("trust.pem"), trusted.pem());
  }

  private static KvClient.Builder client(ScriptedNode node) {
    return client(node.address());
  }

  private static KvClient.Builder client(String address) {
    return KvClient.builder().nodes(address).apiKey(TestKeys.API_KEY).requestTimeout(PATIENCE);
  }

  private static KvAdmin.Builder admin(ScriptedNode node) {
    return admin(node.address());
  }

  private static KvAdmin.Builder admin(String address) {
    return KvAdmin.builder().nodes(address).apiKey(TestKeys.ADMIN_KEY).requestTimeout(PATIENCE);
  }

  private ScriptedNode node(SslContext tls) {
    return ScriptedNode.start("n1", tls);
  }

  /** The data path and the operator's one say the same, and that nothing was changed. */
  private void isRefused(ScriptedNode node, Path trusted, String cause) {
    try (KvClient client = client(node).trust(trusted).build();
        KvAdmin admin = admin(node).trust(trusted).build()) {
      // At the same time: each takes all of its time.
      CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(node.address() + ": " + cause);
      assertThatThrownBy(put::join)
          .cause()
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(node.address() + ": " + cause);
      assertThat(admin.status().nodes().toString()).contains(cause);
      assertThat(node.authorizations()).as("the key stayed here").isEmpty();
    }
  }

  @Test
  void aNodeWithACertificateForItsAddressIsBelieved() throws IOException {
    try (ScriptedNode node = node(authority.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).trust(trust(authority)).build();
        KvAdmin admin = admin(node).trust(trust(authority)).build()) {
      client.put("k", 1);
      assertThat(admin.createAccount("shop", 0).name()).isEqualTo("shop");
    }
  }

  @ParameterizedTest
  @Execution(CONCURRENT)
  @CsvSource({
    "127.0.0.2,TLS failed (No subject alternative names matching IP address 127.0.0.1 found)",
    "db1.example,TLS failed (No subject alternative names matching"
  })
  void aCertificateForAnotherAddressIsNot(String address, String cause) throws IOException {
    try (ScriptedNode node = node(authority.forAddress(address).serverContext())) {
      isRefused(node, trust(authority), cause);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aCertificateOfAForeignAuthorityIsNot() throws IOException {
    TestCertificates foreign = new TestCertificates("foreign");
    try (ScriptedNode node = node(foreign.forAddress("127.0.0.1").serverContext())) {
      isRefused(node, trust(authority), "TLS failed (unable to find valid certification path");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void norIsItByWhatJavaTrusts() {
    try (ScriptedNode node = node(authority.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).tls().build()) {
      assertThatThrownBy(() -> client.get("k"))
          .hasMessageContaining("TLS failed (unable to find valid certification path");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void anExpiredCertificateIsNot() throws IOException {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    try (ScriptedNode node = node(authority.forAddress("127.0.0.1", yesterday).serverContext())) {
      isRefused(node, trust(authority), "TLS failed (NotAfter: ");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aNodeWithoutTlsIsNot() throws IOException {
    try (ScriptedNode node = ScriptedNode.start("n1")) {
      isRefused(node, trust(authority), "TLS failed (the node does not speak TLS there)");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aClientWithoutTlsIsToldWhatIsMissing() {
    try (ScriptedNode node = node(authority.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).build();
        KvAdmin admin = admin(node).build()) {
      CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("does it expect TLS?");
      assertThatThrownBy(put::join)
          .cause()
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("does it expect TLS?");
    }
  }

  /** A node that expects TLS leaves what it was sent unread at times: then its end is a reset. */
  @Test
  @Execution(CONCURRENT)
  void aClientWithoutTlsIsToldSoOnAResetToo() throws IOException {
    try (ServerSocket resetting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CompletableFuture.runAsync(() -> resetAll(resetting));
      String address = "127.0.0.1:" + resetting.getLocalPort();
      try (KvClient client = client(address).build();
          KvAdmin admin = admin(address).build()) {
        CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
        assertThatThrownBy(() -> admin.createAccount("shop", 0))
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("does it expect TLS?");
        assertThatThrownBy(put::join)
            .cause()
            .isInstanceOf(UnavailableException.class)
            .hasMessageContaining("does it expect TLS?");
      }
    }
  }

  private static void resetAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket accepted = server.accept()) {
        // The other end is in the middle of its greeting.
        accepted.getInputStream().read();
        accepted.setSoLinger(true, 0);
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aClusterThatDemandsCertificatesIsShownOurs() throws IOException {
    TestCertificates.Certified own = authority.forAddress("client");
    SslContext demanding =
        authority
            .forAddress("127.0.0.1")
            .serverContext(ClientAuth.REQUIRE, authority.certificate());
    try (ScriptedNode node = node(demanding);
        KvClient without = client(node).trust(trust(authority)).build();
        KvClient with =
            client(node)
                .trust(trust(authority))
                .clientCertificate(own.certificateIn(directory), own.keyIn(directory))
                .build()) {
      with.put("k", 1);
      assertThatThrownBy(() -> without.put("k", 1)).isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void whatIsTrustedAndShownMayBeGivenAsText() {
    TestCertificates.Certified own = authority.forAddress("client");
    SslContext demanding =
        authority
            .forAddress("127.0.0.1")
            .serverContext(ClientAuth.REQUIRE, authority.certificate());
    String two = new TestCertificates("other").pem() + authority.pem();
    try (ScriptedNode node = node(demanding);
        KvClient foreign = client(node).trustPem(new TestCertificates("foreign").pem()).build();
        KvClient without = client(node).trustPem(two).build();
        KvClient with =
            client(node)
                .trustPem(two)
                .clientCertificatePem(own.certificatePem(), own.keyPem())
                .build();
        KvAdmin admin =
            admin(node)
                .trustPem(two)
                .clientCertificatePem(own.certificatePem(), own.keyPem())
                .build()) {
      with.put("k", 1);
      assertThat(admin.accounts()).hasSize(1);
      CompletableFuture<Void> put = without.async().put("k", KvValue.of(1));
      assertThatThrownBy(() -> foreign.put("k", 1))
          .hasMessageContaining("TLS failed (unable to find valid certification path");
      assertThatThrownBy(put::join).cause().isInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void textThatIsNoUseIsRefusedAtOnceAndNotRepeated() {
    TestCertificates.Certified own = authority.forAddress("client");
    String secret = own.keyPem().lines().skip(1).findFirst().orElseThrow();
    refusesAtOnce(KvClient.builder().trustPem(secret), "certificates", secret);
    refusesAtOnce(KvClient.builder().trustPem(""), "certificates", secret);
    refusesAtOnce(
        KvClient.builder().clientCertificatePem(secret, own.keyPem()), "certificates", secret);
    refusesAtOnce(
        KvClient.builder().clientCertificatePem(own.certificatePem(), secret), "key", secret);
  }

  private static void refusesAtOnce(KvClient.Builder builder, String what, String secret) {
    UncheckedIOException failure =
        catchThrowableOfType(
            UncheckedIOException.class,
            () -> builder.nodes("127.0.0.1:1").apiKey(TestKeys.API_KEY).build().close());
    assertThat(failure).hasMessageContaining("TLS cannot be used").hasMessageContaining(what);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain(secret);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aChangedTrustFileIsReadAgainForTheNextConnection() throws IOException {
    TestCertificates renewed = new TestCertificates("renewed");
    Path trust = trust(authority);
    try (ScriptedNode node = node(renewed.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).trust(trust).build();
        KvAdmin admin = admin(node).trust(trust).build()) {
      CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
      assertThatThrownBy(admin::accounts).isInstanceOf(UnavailableException.class);
      assertThatThrownBy(put::join).cause().isInstanceOf(UnavailableException.class);
      Files.writeString(trust, authority.pem() + renewed.pem());
      client.put("k", 1);
      assertThat(admin.accounts()).hasSize(1);
    }
  }

  /** As {@code cp -p} leaves it, or a clock that stands still. */
  @Test
  @Execution(CONCURRENT)
  void aTrustFileThatChangedWithinTheSameTickIsReadAgain() throws IOException {
    TestCertificates renewed = new TestCertificates("renewed");
    Path trust = trust(authority);
    FileTime time = Files.getLastModifiedTime(trust);
    try (ScriptedNode node = node(renewed.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).trust(trust).build()) {
      assertThatThrownBy(() -> client.put("k", 1)).isInstanceOf(UnavailableException.class);
      Files.writeString(trust, authority.pem() + renewed.pem());
      Files.setLastModifiedTime(trust, time);
      client.put("k", 1);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void aTrustFileThatTurnsToRubbishIsNamedUntilItIsMended() throws IOException {
    Path trust = trust(authority);
    try (ScriptedNode node = node(authority.forAddress("127.0.0.1").serverContext());
        KvClient client = client(node).trust(trust).build();
        KvAdmin admin = admin(node).trust(trust).build()) {
      Files.writeString(trust, "rubbish");
      CompletableFuture<Void> put = client.async().put("k", KvValue.of(1));
      assertThatThrownBy(() -> admin.createAccount("shop", 0))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(trust.toString());
      assertThatThrownBy(put::join)
          .cause()
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(trust.toString());
      trust(authority);
      client.put("k", 1);
      admin.createAccount("shop", 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "none.pem,own.crt,own.key,none.pem",
    "rubbish.pem,own.crt,own.key,rubbish.pem",
    "empty.pem,own.crt,own.key,empty.pem",
    ".,own.crt,own.key,.",
    "trust.pem,none.crt,own.key,none.crt",
    "trust.pem,rubbish.pem,own.key,rubbish.pem",
    "trust.pem,own.crt,none.key,none.key",
    "trust.pem,own.crt,rubbish.pem,rubbish.pem"
  })
  void filesThatAreNoUseAreNamedAtOnce(String trust, String certificate, String key, String named)
      throws IOException {
    trust(authority);
    TestCertificates.Certified own = authority.forAddress("client");
    own.certificateIn(directory);
    String secret = Files.readAllLines(own.keyIn(directory)).get(1);
    Files.writeString(directory.resolve("rubbish.pem"), secret);
    Files.createFile(directory.resolve("empty.pem"));
    UncheckedIOException failure =
        catchThrowableOfType(
            UncheckedIOException.class,
            () ->
                KvClient.builder()
                    .nodes("127.0.0.1:1")
                    .apiKey(TestKeys.API_KEY)
                    .trust(directory.resolve(trust))
                    .clientCertificate(directory.resolve(certificate), directory.resolve(key))
                    .build()
                    .close());
    assertThat(failure).hasMessageContaining(directory.resolve(named).toString());
    assertThat(failure.getMessage().split(named.replace(".", "\\."), -1))
        .as("said once: %s", failure.getMessage())
        .hasSizeLessThan(named.equals(".") ? 99 : 3);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain(secret);
    }
  }
}
