package io.relaykv.server.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts whom the files name now, and tells nobody who that is. */
final class ReloadedTrust extends X509ExtendedTrustManager {
  private static final X509Certificate[] NOBODY = {};

  private final X509ExtendedTrustManager current;
  private final ServerCheck serverCheck;

  ReloadedTrust(X509ExtendedTrustManager current, ServerCheck serverCheck) {
    this.current = current;
    this.serverCheck = serverCheck;
  }

  /**
   * Sent to callers, who choose a certificate by it. Netty asks only once, so that after a change
   * of authorities callers would look in vain for a certificate of an old one.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NOBODY;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current.checkServerTrusted(chain, authType, engine);
    serverCheck.check(chain[0], engine.getPeerHost(), engine.getPeerPort());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw unexpected();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw unexpected();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unexpected();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw unexpected();
  }

  /** Netty has an engine for each connection; without it there is no address to check. */
  private static CertificateException unexpected() {
    return new CertificateException("no connection to check the certificate against");
  }
}
