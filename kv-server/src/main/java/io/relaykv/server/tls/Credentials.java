package io.relaykv.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one port shows and whom it trusts.
 *
 * @param chain the own certificate, then the intermediate ones
 * @param authorities who may sign the certificates of callers; empty if callers need none
 */
record Credentials(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  X509Certificate certificate() {
    return chain.get(0);
  }

  X509Certificate[] chainArray() {
    return chain.toArray(X509Certificate[]::new);
  }

  X509Certificate[] authoritiesArray() {
    return authorities.toArray(X509Certificate[]::new);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "the certificate of " + certificate().getSubjectX500Principal();
  }
}
