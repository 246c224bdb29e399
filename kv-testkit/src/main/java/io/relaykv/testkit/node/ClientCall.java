package io.relaykv.testkit.node;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.function.BooleanSupplier;

/**
 * A call of a client, which the next message breaks off if clients are cut off then, whichever way
 * it goes.
 */
final class ClientCall<Q, P> extends SimpleForwardingServerCall<Q, P> {
  private final BooleanSupplier cut;
  private boolean ended;
  private boolean brokenOff;

  private ClientCall(ServerCall<Q, P> call, BooleanSupplier cut) {
    super(call);
    this.cut = cut;
  }

  /**
   * @param cut asked for each message
   */
  static <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next, BooleanSupplier cut) {
    ClientCall<Q, P> spoilt = new ClientCall<>(call, cut);
    return spoilt.listener(next.startCall(spoilt, headers));
  }

  @Override
  public synchronized void sendMessage(P message) {
    if (getsThrough()) {
      super.sendMessage(message);
    }
  }

  @Override
  public synchronized void close(Status status, Metadata trailers) {
    if (!ended) {
      ended = true;
      super.close(status, trailers);
    }
  }

  private synchronized boolean getsThrough() {
    if (!ended && cut.getAsBoolean()) {
      brokenOff = true;
      close(Status.UNAVAILABLE.withDescription("clients are cut off"), new Metadata());
    }
    return !ended;
  }

  private synchronized boolean isOpen() {
    return !ended;
  }

  private synchronized boolean isBrokenOff() {
    return brokenOff;
  }

  private ServerCall.Listener<Q> listener(ServerCall.Listener<Q> service) {
    return new SimpleForwardingServerCallListener<>(service) {
      @Override
      public void onMessage(Q message) {
        if (getsThrough()) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (isOpen()) {
          super.onHalfClose();
        }
      }

      /** To the service, a call that was broken off is one whose client is gone. */
      @Override
      public void onComplete() {
        if (isBrokenOff()) {
          super.onCancel();
        } else {
          super.onComplete();
        }
      }
    };
  }
}
