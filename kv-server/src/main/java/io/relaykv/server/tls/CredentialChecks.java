package io.relaykv.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What a node finds out about its own certificate before it shows it to anybody, who would only say
 * that the handshake failed.
 *
 * @param peerId the node that the certificate must name; null for the client port
 */
record CredentialChecks(@Nullable String peerId, Clock clock) {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USAGE = "2.5.29.37.0";

  void check(CredentialFiles files, Credentials credentials) throws PemException {
    X509Certificate certificate = credentials.certificate();
    Instant now = clock.instant();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new PemException(
          files.certificate(), "expired at " + certificate.getNotAfter().toInstant());
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new PemException(
          files.certificate(), "is not valid before " + certificate.getNotBefore().toInstant());
    }
    if (!fits(credentials.key(), certificate.getPublicKey())) {
      throw new PemException(files.key(), "is not the key of " + files.certificate());
    }
    if (peerId == null) {
      requireServerUsage(files, certificate);
    } else {
      requirePeer(files, credentials, peerId);
    }
  }

  private static void requireServerUsage(CredentialFiles files, X509Certificate certificate)
      throws PemException {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      if (usages != null && !usages.contains(SERVER_AUTH) && !usages.contains(ANY_USAGE)) {
        throw new PemException(
            files.certificate(), "is not for servers: its extended key usage lacks serverAuth");
      }
    } catch (CertificateParsingException e) {
      throw new PemException(files.certificate(), "holds a damaged certificate");
    }
  }

  private static void requirePeer(CredentialFiles files, Credentials credentials, String peerId)
      throws PemException {
    Optional<String> named = NodeCertificate.nodeId(credentials.certificate());
    if (!named.equals(Optional.of(peerId))) {
      throw new PemException(
          files.certificate(),
          "must name this node by %s%s, but names %s"
              .formatted(
                  NodeCertificate.URN,
                  peerId,
                  named.map(id -> NodeCertificate.URN + id).orElse("no node")));
    }
    try {
      X509TrustManager others = trusting(credentials.authorities());
      X509Certificate[] chain = credentials.chainArray();
      others.checkServerTrusted(chain, "UNKNOWN");
      others.checkClientTrusted(chain, "UNKNOWN");
    } catch (CertificateException e) {
      throw new PemException(
          files.certificate(),
          "would not be trusted by the other nodes, with %s: %s"
              .formatted(files.authorities(), e.getMessage()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The platform's own checks, as the other nodes make them. */
  private static X509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry(Integer.toString(i), authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  private static boolean fits(PrivateKey privateKey, PublicKey publicKey) {
    if (!privateKey.getAlgorithm().equals(publicKey.getAlgorithm())) {
      return false;
    }
    String algorithm = publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] anything = "RelayKV".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(anything);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(anything);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
