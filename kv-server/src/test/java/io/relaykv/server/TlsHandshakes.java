package io.relaykv.server;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The first bytes of a connection, by hand. */
final class TlsHandshakes {
  static final int ALERT = 0x15;
  static final int HANDSHAKE = 0x16;
  static final int PROTOCOL_VERSION = 70;

  /** Nothing is proved by how quickly a busy machine answers. */
  private static final int PATIENCE_MS = 30_000;

  private TlsHandshakes() {}

  /** What a server answers until it closes the connection. */
  static byte[] answerTo(byte[] sent, int port) throws IOException {
    return answerTo(sent, port, Duration.ofMillis(PATIENCE_MS));
  }

  /**
   * What a server answers until it closes the connection, which it must do within {@code limit}.
   */
  static byte[] answerTo(byte[] sent, int port, Duration limit) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) limit.toMillis());
      socket.getOutputStream().write(sent);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        for (int next = socket.getInputStream().read();
            next >= 0;
            next = socket.getInputStream().read()) {
          answer.write(next);
        }
      } catch (SocketException e) {
        // Reset: it is closed.
      }
      return answer.toByteArray();
    }
  }

  /** The first byte of the answer. */
  static int firstByteOfAnswerTo(byte[] sent, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(sent);
      return socket.getInputStream().read();
    }
  }

  /**
   * A ClientHello (RFC 4346 and RFC 5246, 7.4.1.2) that knows no later version.
   *
   * @param minor 2 for TLS 1.1, 3 for TLS 1.2
   */
  static byte[] clientHello(int minor) throws IOException {
    byte[] extensions = {
      0,
      10,
      0,
      4,
      0,
      2,
      0,
      23, // supported_groups: secp256r1
      0,
      11,
      0,
      2,
      1,
      0, // ec_point_formats: uncompressed
      0,
      13,
      0,
      4,
      0,
      2,
      4,
      3, // signature_algorithms: ecdsa_secp256r1_sha256
      0,
      16,
      0,
      5,
      0,
      3,
      2,
      'h',
      '2' // application_layer_protocol_negotiation: h2
    };
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(body)) {
      out.write(new byte[] {3, (byte) minor});
      out.write(new byte[32]);
      out.writeByte(0);
      out.writeShort(4);
      out.writeShort(0xC009); // ECDHE_ECDSA_WITH_AES_128_CBC_SHA, for TLS 1.1
      out.writeShort(0xC02B); // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
      out.write(new byte[] {1, 0});
      out.writeShort(extensions.length);
      out.write(extensions);
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(record)) {
      out.write(new byte[] {HANDSHAKE, 3, (byte) minor});
      out.writeShort(body.size() + 4);
      out.writeInt(1 << 24 | body.size());
      body.writeTo(out);
    }
    return record.toByteArray();
  }

  /** The certificate that a server shows. */
  static X509Certificate certificateAt(int port) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static final class TrustsAnybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
