package io.relaykv.server.tls;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.relaykv.server.config.ConfigException;
import io.relaykv.server.config.NodeConfig;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS of a node: its certificates on both ports, read again when their files change. */
public final class NodeTls implements AutoCloseable {
  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private static final Logger log = LoggerFactory.getLogger(NodeTls.class);
  private static final long POLL_SECONDS = 2;
  private static final long HANDSHAKE_TIMEOUT_SECONDS = 5;

  private final NodeConfig config;
  private final @Nullable ReloadedCredentials client;
  private final @Nullable ReloadedCredentials peer;
  private @Nullable ScheduledExecutorService watcher;

  private NodeTls(
      NodeConfig config, @Nullable ReloadedCredentials client, @Nullable ReloadedCredentials peer) {
    this.config = config;
    this.client = client;
    this.peer = peer;
  }

  /**
   * Reads and checks the files of both ports.
   *
   * @throws ConfigException with one line for each port whose files cannot be used
   */
  public static NodeTls load(NodeConfig config) {
    return load(config, Clock.systemUTC());
  }

  static NodeTls load(NodeConfig config, Clock clock) {
    NodeConfig.ClientTls clientTls = config.security().client();
    NodeConfig.PeerTls peerTls = config.security().peer();
    List<String> problems = new ArrayList<>();
    ReloadedCredentials client =
        clientTls == null
            ? null
            : load(CredentialFiles.of(clientTls), null, clock, problems).orElse(null);
    ReloadedCredentials peer =
        peerTls == null
            ? null
            : load(CredentialFiles.of(peerTls), config.nodeId(), clock, problems).orElse(null);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new NodeTls(config, client, peer);
  }

  private static Optional<ReloadedCredentials> load(
      CredentialFiles files, @Nullable String peerId, Clock clock, List<String> problems) {
    try {
      CredentialChecks checks = new CredentialChecks(peerId, clock);
      return Optional.of(ReloadedCredentials.load(files, checks, clock));
    } catch (PemException e) {
      problems.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Says in the log what is not protected, and begins to look after the files. */
  public void start() {
    warnOfPlainText();
    List<ReloadedCredentials> watched =
        Stream.of(Optional.ofNullable(client), Optional.ofNullable(peer))
            .flatMap(Optional::stream)
            .toList();
    if (watched.isEmpty()) {
      return;
    }
    ScheduledExecutorService started =
        // A thread of its own: the files may lie on a disk that hangs.
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, config.nodeId() + "-certificates");
              thread.setDaemon(true);
              return thread;
            });
    watcher = started;
    var unused =
        started.scheduleWithFixedDelay(
            () -> watched.forEach(NodeTls::poll), POLL_SECONDS, POLL_SECONDS, TimeUnit.SECONDS);
  }

  private static void poll(ReloadedCredentials credentials) {
    try {
      credentials.poll();
    } catch (RuntimeException e) {
      log.warn("Could not look for changed certificates", e);
    }
  }

  private void warnOfPlainText() {
    if (!config.security().insecure()) {
      return;
    }
    List<String> plain = new ArrayList<>();
    if (client == null) {
      plain.add("clients at " + config.listen().client());
    }
    if (peer == null) {
      plain.add("nodes at " + config.listen().peer());
    }
    log.warn(
        "security.insecure = true: {}",
        plain.isEmpty()
            ? "not needed, both ports have TLS"
            : "plain text, which anybody on the way can read and change, between this node and "
                + String.join(" and ", plain));
  }

  /** When the certificate that is in use at the client port expires; empty without TLS. */
  public Optional<Instant> clientExpiry() {
    return Optional.ofNullable(client).map(ReloadedCredentials::expiry);
  }

  /** The same of the certificate that is shown to other nodes. */
  public Optional<Instant> peerExpiry() {
    return Optional.ofNullable(peer).map(ReloadedCredentials::expiry);
  }

  /** Puts TLS on the client port, if it is configured. */
  public NettyServerBuilder protect(NettyServerBuilder clientPort) {
    ReloadedCredentials credentials = client;
    if (credentials == null) {
      return clientPort;
    }
    SslContextBuilder context =
        GrpcSslContexts.configure(SslContextBuilder.forServer(credentials.keyManager()))
            .protocols(PROTOCOLS);
    if (credentials.requiresCertificates()) {
      context
          .clientAuth(ClientAuth.REQUIRE)
          .trustManager(
              new ReloadedTrust(credentials.trustManager(), (certificate, host, port) -> {}));
    }
    try {
      return clientPort
          .sslContext(context.build())
          .handshakeTimeout(HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (SSLException e) {
      throw new IllegalStateException("TLS is not available", e);
    }
  }

  /** For the traffic between nodes; empty if that is plain text. */
  public Optional<PeerCredentials> peers() {
    return Optional.ofNullable(peer).map(PeerCredentials::new);
  }

  @Override
  public void close() {
    ScheduledExecutorService running = watcher;
    if (running != null) {
      running.shutdownNow();
    }
  }
}
