package io.relaykv.testkit;

import io.relaykv.testkit.PeerNetwork.Link;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.Status;

/** A call between two nodes over a {@link PeerNetwork}. */
final class PeerCall<Q, P> extends SimpleForwardingServerCall<Q, P> {
  private final String node;
  private final PeerNetwork network;
  private final AtomicBoolean broken = new AtomicBoolean();
  private volatile String caller = "";

  private PeerCall(ServerCall<Q, P> call, String node, PeerNetwork network) {
    super(call);
    this.node = node;
    this.network = network;
  }

  static <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call,
      Metadata headers,
      ServerCallHandler<Q, P> next,
      String node,
      PeerNetwork network) {
    PeerCall<Q, P> spoilt = new PeerCall<>(call, node, network);
    return spoilt.listener(next.startCall(spoilt, headers));
  }

  /** Answers travel the other way. */
  @Override
  public void sendMessage(P message) {
    if (network.isCut(node, caller)) {
      breakOff();
    }
    if (!broken.get()) {
      super.sendMessage(message);
      network.replied(new Link(node, caller), (Message) message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (broken.compareAndSet(false, true)) {
      super.close(status, trailers);
    }
  }

  private void breakOff() {
    close(Status.UNAVAILABLE.withDescription("the link is cut"), new Metadata());
  }

  private ServerCall.Listener<Q> listener(ServerCall.Listener<Q> ratis) {
    return new SimpleForwardingServerCallListener<>(ratis) {
      @Override
      public void onMessage(Q message) {
        caller = PeerNetwork.senderOf((Message) message);
        network.delivering(node, (Message) message);
        if (network.isCut(caller, node)) {
          breakOff();
        }
        if (!broken.get()) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!broken.get()) {
          super.onHalfClose();
        }
      }
    };
  }
}
