package io.relaykv.shell.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaykv.client.NodeAddress;
import io.relaykv.shell.doctor.Finding.Level;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateChecksTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir private static Path directory;
  private static List<X509Certificate> certificates = List.of();
  private static Instant end = Instant.EPOCH;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keytool("-genkeypair", "-alias", "n1", "-keyalg", "EC", "-dname", "CN=n1", "-validity", "365");
    keytool("-exportcert", "-rfc", "-alias", "n1", "-file", directory.resolve("n1.pem").toString());
    certificates = PemFile.certificates(directory.resolve("n1.pem"));
    end = certificates.get(0).getNotAfter().toInstant();
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", directory.resolve("keystore").toString()));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-storetype", "PKCS12"));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void countsTheDaysLeft() {
    assertThat(checkedBefore(Duration.ofDays(31).plusHours(1)))
        .satisfies(finding -> assertThat(finding.level()).isEqualTo(Level.OK))
        .satisfies(
            finding ->
                assertThat(finding.found())
                    .isEqualTo("31 days left, until " + end.toString().substring(0, 10)));
    assertThat(checkedBefore(Duration.ofDays(30)).level()).isEqualTo(Level.WARNING);
    assertThat(checkedBefore(Duration.ofDays(8)).level()).isEqualTo(Level.WARNING);
    assertThat(checkedBefore(Duration.ofDays(7)).level()).isEqualTo(Level.PROBLEM);
    assertThat(checkedBefore(Duration.ofSeconds(-1)))
        .isEqualTo(
            new Finding(
                "certificate",
                "n1",
                Level.PROBLEM,
                "has ended on " + end.toString().substring(0, 10),
                "make new ones"));
  }

  private static Finding checkedBefore(Duration untilEnd) {
    return CertificateChecks.of("n1", certificates, end.minus(untilEnd), "make new ones");
  }

  @Test
  void seesWhatANodeShowsWhomeverItTrusts() throws Exception {
    try (SSLServerSocket node = node()) {
      Thread thread = new Thread(() -> shakeHands(node), "node");
      thread.start();
      NodeAddress address = new NodeAddress("localhost", node.getLocalPort());
      assertThat(ShownCertificates.of(address, TIMEOUT)).isEqualTo(certificates);
      thread.join();
    }
  }

  @Test
  void seesItAlsoIfTheNodeWantsToSeeOneOfOurs() throws Exception {
    try (SSLServerSocket node = node()) {
      node.setNeedClientAuth(true);
      Thread thread = new Thread(() -> shakeHands(node), "node");
      thread.start();
      NodeAddress address = new NodeAddress("localhost", node.getLocalPort());
      assertThat(ShownCertificates.of(address, TIMEOUT)).isEqualTo(certificates);
      thread.join();
    }
  }

  @Test
  void failsWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> ShownCertificates.of(new NodeAddress("127.0.0.1", port), TIMEOUT))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesFilesWithoutCertificates() throws IOException {
    Path none = Files.writeString(directory.resolve("none.pem"), "nothing\n");
    assertThatThrownBy(() -> PemFile.certificates(none)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> PemFile.certificates(directory.resolve("nowhere")))
        .isInstanceOf(IOException.class);
  }

  private static SSLServerSocket node() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("keystore"))) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getByName("localhost"));
  }

  private static void shakeHands(SSLServerSocket node) {
    try (SSLSocket socket = (SSLSocket) node.accept()) {
      socket.startHandshake();
    } catch (IOException e) {
      // The other side has seen what it wanted.
    }
  }
}
