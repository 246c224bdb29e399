package io.relaykv.server.raft;

import io.relaykv.server.tls.PeerCredentials;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.OpenSsl;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/** Mutual TLS between nodes, in both directions, told to Ratis. */
final class PeerTransport {
  private PeerTransport() {}

  static void protect(Parameters parameters, PeerCredentials credentials, PeerIdentity identity) {
    GrpcConfigKeys.Server.setTlsConf(
        parameters,
        GrpcTlsConfig.newBuilder()
            .setName("peers")
            .setKeyManager(credentials.keyManager())
            .setTrustManager(credentials.trustManager(identity::requireNodeAt))
            .setMutualTls(true)
            .setProtocols(credentials.protocols())
            // Ratis' own choice fails where the native library does not run.
            .setSslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .build());
  }
}
