package io.relaykv.server.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** What is demanded of the server that answers a call, besides a valid certificate. */
@FunctionalInterface
public interface ServerCheck {
  /**
   * Checks the certificate of whoever answers at an address.
   *
   * @throws CertificateException if it must not be talked to
   */
  void check(X509Certificate certificate, String host, int port) throws CertificateException;
}
