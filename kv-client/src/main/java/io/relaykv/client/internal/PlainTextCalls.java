package io.relaykv.client.internal;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Tells a connection over plain text that ended before a word of HTTP/2 came from one that was lost
 * later. A node that expects TLS ends it so: with a close or a reset, as chance has it.
 */
final class PlainTextCalls implements ClientInterceptor {
  private static final String NOT_A_WORD = "the connection ended before HTTP/2 began";

  /** Whether a call ended that way, or was never connected at all. */
  static boolean endedBeforeHttp2(Status status) {
    return NOT_A_WORD.equals(status.getDescription());
  }

  @Override
  public <Q, P> ClientCall<Q, P> interceptCall(
      MethodDescriptor<Q, P> method, CallOptions options, Channel next) {
    Handshake handshake = new Handshake();
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withStreamTracerFactory(handshake))) {
      @Override
      public void start(Listener<P> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                boolean unanswered =
                    status.getCode() == Status.Code.UNAVAILABLE && !handshake.isDone();
                super.onClose(unanswered ? status.withDescription(NOT_A_WORD) : status, trailers);
              }
            },
            headers);
      }
    };
  }

  /** A call is given to a connection once the other end's HTTP/2 settings have come. */
  private static final class Handshake extends ClientStreamTracer.Factory {
    private volatile boolean done;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
          done = true;
        }
      };
    }

    boolean isDone() {
      return done;
    }
  }
}
