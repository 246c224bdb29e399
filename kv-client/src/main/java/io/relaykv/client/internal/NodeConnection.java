package io.relaykv.client.internal;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.relaykv.client.NodeAddress;
import io.relaykv.protocol.v1.ClientFrame;
import io.relaykv.protocol.v1.KvGrpc;
import io.relaykv.protocol.v1.ServerFrame;
import javax.net.ssl.SSLException;

/**
 * A stream to one node on a channel of its own. A new attempt is a new connection: a gRPC channel
 * that has failed once keeps its own, far longer, pauses. Confined to the event loop.
 */
final class NodeConnection {
  private final NodeAddress node;
  private final EventLoop loop;
  private final ManagedChannel channel;
  private final ClientCall<ClientFrame, ServerFrame> call;
  private long lastHeardNanos = System.nanoTime();
  private long lastPingNanos = lastHeardNanos;
  private String nodeId = "";
  private boolean closed;

  /** What becomes of it. Called on the event loop, never after {@link #close}. */
  interface Listener {
    /** A frame has come. */
    void onFrame(NodeConnection connection, ServerFrame frame);

    /** It is over. */
    void onLost(NodeConnection connection, Status status);
  }

  /**
   * @throws SSLException if the TLS files can no longer be read
   */
  NodeConnection(NodeAddress node, EventLoop loop, Channels channels, Listener listener)
      throws SSLException {
    this.node = node;
    this.loop = loop;
    this.channel = channels.open(node);
    this.call = channel.newCall(KvGrpc.getSessionMethod(), CallOptions.DEFAULT);
    call.start(new CallListener(listener), channels.credentials());
    call.request(1);
  }

  private final class CallListener extends ClientCall.Listener<ServerFrame> {
    private final Listener listener;

    CallListener(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onMessage(ServerFrame frame) {
      loop.run(
          () -> {
            if (!closed) {
              lastHeardNanos = System.nanoTime();
              if (frame.hasWelcome()) {
                nodeId = frame.getWelcome().getNodeId();
              }
              call.request(1);
              listener.onFrame(NodeConnection.this, frame);
            }
          });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      loop.run(
          () -> {
            if (!closed) {
              close();
              listener.onLost(NodeConnection.this, status);
            }
          });
    }
  }

  NodeAddress node() {
    return node;
  }

  /** The node's name; empty before it has welcomed us. */
  String nodeId() {
    return nodeId;
  }

  boolean isWelcomed() {
    return !nodeId.isEmpty();
  }

  /** When the last frame came, or when it was opened. */
  long lastHeardNanos() {
    return lastHeardNanos;
  }

  long lastPingNanos() {
    return lastPingNanos;
  }

  void send(ClientFrame frame) {
    if (!closed) {
      call.sendMessage(frame);
    }
  }

  /** Asks for a sign of life. */
  void ping(ClientFrame empty, long nowNanos) {
    lastPingNanos = nowNanos;
    send(empty);
  }

  void close() {
    if (!closed) {
      closed = true;
      call.cancel("the client goes elsewhere", null);
      channel.shutdownNow();
    }
  }
}
