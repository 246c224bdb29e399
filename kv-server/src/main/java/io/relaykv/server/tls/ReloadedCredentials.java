package io.relaykv.server.tls;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of one port, as its files have them now. All files are taken together or not at
 * all, so that a certificate never goes with another one's key.
 *
 * <p>gRPC's own reloading is not used: it looks once a minute at most, only at a certificate and a
 * key that have both changed, does not notice that they do not fit, and repeats its complaint for
 * ever (grpc-java 1.82).
 *
 * <p>{@link #poll} is called by one thread; the managers are thread-safe.
 */
final class ReloadedCredentials {
  private static final Logger log = LoggerFactory.getLogger(ReloadedCredentials.class);
  private static final Duration EXPIRES_SOON = Duration.ofDays(30);
  private static final Duration EXPIRY_REMINDER = Duration.ofDays(1);

  private final CredentialFiles files;
  private final CredentialChecks checks;
  private final Clock clock;
  private final AdvancedTlsX509KeyManager keyManager = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trustManager;
  private final boolean requiresCertificates;

  /** The texts of the files that are in use. */
  private List<String> used;

  private volatile Credentials inUse;

  /** What was last found instead, if it cannot be used: texts, or why there are none. */
  private @Nullable Object refused;

  private boolean warned;
  private Instant nextReminder = Instant.MIN;

  private ReloadedCredentials(
      CredentialFiles files, CredentialChecks checks, Clock clock, List<String> texts)
      throws PemException {
    this.files = files;
    this.checks = checks;
    this.clock = clock;
    this.requiresCertificates = files.authorities() != null;
    try {
      this.trustManager = AdvancedTlsX509TrustManager.newBuilder().build();
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
    this.inUse = parse(files, checks, texts);
    this.used = texts;
    use(inUse);
    remindOfExpiry();
  }

  /**
   * Reads the files.
   *
   * @throws PemException if they cannot be used
   */
  static ReloadedCredentials load(CredentialFiles files, CredentialChecks checks, Clock clock)
      throws PemException {
    return new ReloadedCredentials(files, checks, clock, files.read());
  }

  private static Credentials parse(
      CredentialFiles files, CredentialChecks checks, List<String> texts) throws PemException {
    Credentials credentials = files.parse(texts);
    checks.check(files, credentials);
    return credentials;
  }

  AdvancedTlsX509KeyManager keyManager() {
    return keyManager;
  }

  AdvancedTlsX509TrustManager trustManager() {
    return trustManager;
  }

  /** When the certificate that is in use expires. */
  Instant expiry() {
    return inUse.certificate().getNotAfter().toInstant();
  }

  /** Whether callers must show a certificate. */
  boolean requiresCertificates() {
    return requiresCertificates;
  }

  /**
   * Takes the files over if they have changed and can be used. Otherwise warns, once for each
   * change, and not before the second look: files are replaced one after the other.
   */
  void poll() {
    remindOfExpiry();
    Object found = List.of();
    try {
      List<String> texts = files.read();
      found = texts;
      if (texts.equals(used)) {
        refused = null;
        return;
      }
      // Tried at each look: what is not valid yet may be so the next time.
      Credentials credentials = parse(files, checks, texts);
      use(credentials);
      inUse = credentials;
      used = texts;
      refused = null;
      nextReminder = Instant.MIN;
      log.info(
          "{} has changed and is in use for new connections; it is valid until {}",
          files.certificate(),
          credentials.certificate().getNotAfter().toInstant());
    } catch (PemException e) {
      boolean seenBefore = found.equals(refused);
      if (seenBefore && !warned) {
        log.warn("{}; what was read before stays in use", e.getMessage());
      }
      warned = seenBefore;
      refused = found;
    }
  }

  private void use(Credentials credentials) {
    try {
      if (requiresCertificates) {
        trustManager.updateTrustCredentials(credentials.authoritiesArray());
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("certificates that were parsed are refused", e);
    }
    keyManager.updateIdentityCredentials(credentials.chainArray(), credentials.key());
  }

  private void remindOfExpiry() {
    Instant now = clock.instant();
    if (now.isBefore(nextReminder)) {
      return;
    }
    nextReminder = now.plus(EXPIRY_REMINDER);
    X509Certificate certificate = inUse.certificate();
    Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
    if (left.compareTo(EXPIRES_SOON) < 0) {
      log.warn(
          "{} expires at {}, in {} days",
          files.certificate(),
          certificate.getNotAfter().toInstant(),
          Math.max(0, left.toDays()));
    }
  }
}
