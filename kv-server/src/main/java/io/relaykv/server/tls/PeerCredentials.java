package io.relaykv.server.tls;

import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/** What a node shows to other nodes, and whom it trusts among them. Thread-safe. */
public final class PeerCredentials {
  private final ReloadedCredentials credentials;

  PeerCredentials(ReloadedCredentials credentials) {
    this.credentials = credentials;
  }

  /** The TLS versions to speak. */
  public List<String> protocols() {
    return NodeTls.PROTOCOLS;
  }

  /** Shows the node's certificate, in both directions. */
  public KeyManager keyManager() {
    return credentials.keyManager();
  }

  /**
   * Trusts certificates of the nodes' authorities that are for the right usage and, of servers, for
   * the address that was called.
   *
   * @param serverCheck demanded of servers besides
   */
  public TrustManager trustManager(ServerCheck serverCheck) {
    return new ReloadedTrust(credentials.trustManager(), serverCheck);
  }
}
