package io.relaykv.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.relaykv.server.config.NodeConfig.ClientTls;
import io.relaykv.server.config.NodeConfig.PeerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedCredentialsTest {
  private static TestCertificates authority;
  private static TestCertificates.Issued good;

  @TempDir private Path directory;
  private final LogLines log = new LogLines(ReloadedCredentials.class);

  @BeforeAll
  static void issue() {
    authority = TestCertificates.authority("nodes");
    good = authority.peer("n1").signed();
  }

  @BeforeEach
  void write() {
    authority.write(directory.resolve("ca.crt"));
    good.write(directory, "n1");
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void showsWhatTheFilesHold() throws PemException {
    ReloadedCredentials credentials = load(Clock.systemUTC());

    assertThat(shown(credentials)).isEqualTo(good.certificate());
    assertThat(credentials.trustManager().getAcceptedIssuers())
        .containsExactly(authority.certificate());
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void takesOverWhatHasChanged() throws PemException {
    ReloadedCredentials credentials = load(Clock.systemUTC());
    TestCertificates.Issued renewed = authority.peer("n1").signed();

    renewed.write(directory, "n1");
    credentials.poll();

    assertThat(shown(credentials)).isEqualTo(renewed.certificate());
  }

  @Test
  void takesOverAnotherAuthorityWithItsCertificateOnly() throws PemException {
    ReloadedCredentials credentials = load(Clock.systemUTC());
    TestCertificates other = TestCertificates.authority("others");
    TestCertificates.Issued renewed = other.peer("n1").signed();

    other.write(directory.resolve("ca.crt"));
    credentials.poll();
    assertThat(credentials.trustManager().getAcceptedIssuers())
        .containsExactly(authority.certificate());

    renewed.write(directory, "n1");
    credentials.poll();
    assertThat(credentials.trustManager().getAcceptedIssuers())
        .containsExactly(other.certificate());
    assertThat(shown(credentials)).isEqualTo(renewed.certificate());
  }

  @Test
  void keepsTheOldOnesAndWarnsOnceForEachChange() throws Exception {
    ReloadedCredentials credentials = load(Clock.systemUTC());

    Files.writeString(file("n1.crt"), "no certificate");
    credentials.poll();
    assertThat(log.warnings()).as("the key may follow at once").isEmpty();
    credentials.poll();
    credentials.poll();
    assertThat(log.warnings())
        .containsExactly(
            "`tls.peer.certificate` = %s holds no certificate; what was read before stays in use"
                .formatted(file("n1.crt")));

    Files.delete(file("n1.crt"));
    credentials.poll();
    credentials.poll();
    credentials.poll();
    assertThat(log.warnings()).hasSize(2).last().asString().contains("n1.crt does not exist; ");
    assertThat(shown(credentials)).isEqualTo(good.certificate());

    good.write(directory, "n1");
    credentials.poll();
    Files.writeString(file("n1.crt"), "no certificate");
    credentials.poll();
    credentials.poll();
    assertThat(log.warnings()).as("broken again").hasSize(3);
  }

  @Test
  void keepsAPairThatFits() throws PemException {
    ReloadedCredentials credentials = load(Clock.systemUTC());
    TestCertificates.Issued renewed = authority.peer("n1").signed();
    Path between = directory.resolve("between");

    assertThat(between.toFile().mkdir()).isTrue();
    renewed.write(between, "n1");
    assertThat(between.resolve("n1.crt").toFile().renameTo(file("n1.crt").toFile())).isTrue();
    credentials.poll();
    assertThat(shown(credentials)).isEqualTo(good.certificate());

    assertThat(between.resolve("n1.key").toFile().renameTo(file("n1.key").toFile())).isTrue();
    credentials.poll();
    assertThat(shown(credentials)).isEqualTo(renewed.certificate());
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void remindsOnceADayOfACertificateThatExpiresSoon() throws PemException {
    Instant now = Instant.now();
    authority
        .peer("n1")
        .validFor(Duration.ofDays(30).minusHours(1))
        .signed()
        .write(directory, "n1");
    TestClock clock = new TestClock(now);

    ReloadedCredentials credentials = load(clock);
    credentials.poll();
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .startsWith("`tls.peer.certificate` = " + file("n1.crt") + " expires at ")
        .endsWith(", in 29 days");

    clock.now = now.plus(Duration.ofHours(25));
    credentials.poll();
    credentials.poll();
    assertThat(log.warnings()).hasSize(2).last().asString().endsWith(", in 28 days");

    good.write(directory, "n1");
    credentials.poll();
    clock.now = now.plus(Duration.ofHours(75));
    credentials.poll();
    assertThat(log.warnings()).hasSize(2);
  }

  @Test
  void refusesFilesThatAreNotThereOrNotPem() throws IOException {
    Files.writeString(file("n1.key"), "-----BEGIN EC PRIVATE KEY-----\n");
    assertRefused("tls.peer.key", "n1.key", "is not in PKCS#8: convert it with `openssl pkcs8 ");
    Files.writeString(file("n1.key"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    assertRefused("tls.peer.key", "n1.key", "is encrypted: ");
    Files.writeString(
        file("n1.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
    assertRefused("tls.peer.key", "n1.key", "holds a damaged private key");
    Files.writeString(file("n1.key"), Files.readString(file("n1.crt")));
    assertRefused("tls.peer.key", "n1.key", "holds no private key");
    Files.delete(file("n1.key"));
    assertRefused("tls.peer.key", "n1.key", "does not exist");

    Files.writeString(
        file("ca.crt"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    good.write(directory, "n1");
    assertRefused("tls.peer.ca", "ca.crt", "holds a damaged certificate");
    Files.delete(file("ca.crt"));
    Files.createDirectory(file("ca.crt"));
    assertRefused("tls.peer.ca", "ca.crt", "cannot be read: ");
  }

  @Test
  void refusesWhatTheOtherNodesWouldRefuse() {
    authority.peer("n1").expired().signed().write(directory, "n1");
    assertRefused("tls.peer.certificate", "n1.crt", "expired at ");
    authority.peer("n1").notYetValid().signed().write(directory, "n1");
    assertRefused("tls.peer.certificate", "n1.crt", "is not valid before ");
    authority.peer("n2").signed().write(directory, "n1");
    assertRefused(
        "tls.peer.certificate",
        "n1.crt",
        "must name this node by urn:relaykv:node:n1, but names urn:relaykv:node:n2");
    authority.peer("n1").naming("n2").signed().write(directory, "n1");
    assertRefused(
        "tls.peer.certificate",
        "n1.crt",
        "must name this node by urn:relaykv:node:n1, but names no node");
    authority.certificateFor("n1").naming("n1").forServers().signed().write(directory, "n1");
    assertRefused("tls.peer.certificate", "n1.crt", "would not be trusted by the other nodes");
    authority.certificateFor("n1").naming("n1").forClients().signed().write(directory, "n1");
    assertRefused("tls.peer.certificate", "n1.crt", "would not be trusted by the other nodes");
    authority.peer("n1").selfSigned().write(directory, "n1");
    assertRefused("tls.peer.certificate", "n1.crt", "would not be trusted by the other nodes");
  }

  @Test
  void refusesTheKeyOfAnotherCertificate() throws IOException {
    authority.peer("n1").signed().write(directory, "other");
    Files.move(file("other.key"), file("n1.key"), StandardCopyOption.REPLACE_EXISTING);

    assertRefused(
        "tls.peer.key", "n1.key", "is not the key of `tls.peer.certificate` = " + file("n1.crt"));
  }

  @Test
  void refusesAClientsCertificateAtTheClientPort() {
    authority.certificateFor("n1").forClients().signed().write(directory, "n1");
    CredentialFiles files = CredentialFiles.of(new ClientTls(file("n1.crt"), file("n1.key"), null));

    PemException refusal =
        catchThrowableOfType(
            PemException.class,
            () ->
                ReloadedCredentials.load(
                    files, new CredentialChecks(null, Clock.systemUTC()), Clock.systemUTC()));

    assertThat(refusal)
        .hasMessage(
            "`tls.client.certificate` = %s is not for servers: its extended key usage lacks"
                + " serverAuth",
            file("n1.crt"));
  }

  private void assertRefused(String setting, String name, String reason) {
    PemException refusal = catchThrowableOfType(PemException.class, () -> load(Clock.systemUTC()));
    assertThat(refusal).hasMessageStartingWith("`%s` = %s %s", setting, file(name), reason);
  }

  private ReloadedCredentials load(Clock clock) throws PemException {
    CredentialFiles files =
        CredentialFiles.of(new PeerTls(file("n1.crt"), file("n1.key"), file("ca.crt")));
    return ReloadedCredentials.load(files, new CredentialChecks("n1", clock), clock);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private static X509Certificate shown(ReloadedCredentials credentials) {
    String alias = credentials.keyManager().chooseEngineServerAlias("EC", null, null);
    return credentials.keyManager().getCertificateChain(alias)[0];
  }

  private static final class TestClock extends Clock {
    private Instant now;

    TestClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
