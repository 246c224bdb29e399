package io.relaykv.shell.doctor;

import io.relaykv.client.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Has a node show its certificates, whether they can be trusted or not: whoever looks at them must
 * see also those that have ended. Nothing is sent to it.
 */
public final class ShownCertificates {
  private ShownCertificates() {}

  /**
   * The node's certificate and those it sends with it.
   *
   * @throws IOException if it cannot be reached, or shows none
   */
  public static List<X509Certificate> of(NodeAddress node, Duration timeout) throws IOException {
    List<X509Certificate> shown = new CopyOnWriteArrayList<>();
    int millis = Math.toIntExact(timeout.toMillis());
    try (Socket connected = new Socket()) {
      connected.connect(new InetSocketAddress(node.host(), node.port()), millis);
      try (SSLSocket socket = secured(connected, node, shown)) {
        socket.setSoTimeout(millis);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
      } catch (SSLException e) {
        // It may want to see one of ours; it has shown its own before.
        if (shown.isEmpty()) {
          throw e;
        }
      }
    }
    return List.copyOf(shown);
  }

  private static SSLSocket secured(Socket connected, NodeAddress node, List<X509Certificate> shown)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Keeping(shown)}, new SecureRandom());
      return (SSLSocket)
          context.getSocketFactory().createSocket(connected, node.host(), node.port(), true);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  /** Lets everything pass: nothing is said over these connections. */
  private static final class Keeping extends X509ExtendedTrustManager {
    private final List<X509Certificate> shown;

    Keeping(List<X509Certificate> shown) {
      this.shown = shown;
    }

    private void keep(X509Certificate[] chain) {
      shown.addAll(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      keep(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      keep(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      keep(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
