package io.relaykv.client.internal;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.relaykv.client.NodeAddress;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Opens channels to nodes, protected as the application asked. Confined to the event loop. */
final class Channels {
  /** Above the largest response, one value and a bit. */
  private static final int MAX_FRAME_BYTES = 4 << 20;

  private static final int CONNECT_TIMEOUT_MS = 1000;

  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  static {
    FrameLog.keepQuiet();
  }

  private final EventLoop loop;
  private final ConnectionSecurity security;
  private final Optional<TlsContext> tls;

  /**
   * @throws UncheckedIOException if the TLS files cannot be read or do not hold what they should:
   *     the application hears of it before it relies on the client
   */
  Channels(EventLoop loop, ConnectionSecurity security) {
    this.loop = loop;
    this.security = security;
    this.tls = security.tls().map(TlsContext::new);
    if (tls.isPresent()) {
      try {
        tls.get().current();
      } catch (SSLException e) {
        throw new UncheckedIOException("TLS cannot be used: " + e.getMessage(), e);
      }
    }
  }

  /** Whether the key may be sent there. */
  boolean permits(NodeAddress node) {
    return security.permits(node);
  }

  /**
   * A channel to a node that {@link #permits} permits.
   *
   * @throws SSLException if the TLS files have changed and can no longer be read
   */
  ManagedChannel open(NodeAddress node) throws SSLException {
    if (!permits(node)) {
      throw new IllegalArgumentException(node + " must not be sent the key in plain text");
    }
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(node.host(), node.port())
            .eventLoopGroup(loop.group())
            .channelType(NetworkThreads.channelType())
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(MAX_FRAME_BYTES)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES);
    if (tls.isPresent()) {
      builder.sslContext(tls.get().current());
    } else {
      builder.usePlaintext().intercept(new PlainTextCalls());
    }
    return builder.build();
  }

  /** What a call says of who makes it. */
  Metadata credentials() {
    Metadata metadata = new Metadata();
    metadata.put(AUTHORIZATION, "Bearer " + security.key().reveal());
    return metadata;
  }
}
