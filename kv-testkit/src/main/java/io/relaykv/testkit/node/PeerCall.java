package io.relaykv.testkit.node;

import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.Message;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * A call from another node. A message over a link that is cut breaks it off, as a reset connection
 * would.
 */
public final class PeerCall<Q, P> extends SimpleForwardingServerCall<Q, P> {
  private final PeerPort port;
  private final Lane requests;
  private final Lane replies;
  private volatile String caller = "";

  /** Set in the lane of replies. */
  private volatile boolean ended;

  private volatile boolean brokenOff;

  private PeerCall(ServerCall<Q, P> call, PeerPort port) {
    super(call);
    this.port = port;
    this.requests = port.newLane();
    this.replies = port.newLane();
  }

  static <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next, PeerPort port) {
    PeerCall<Q, P> spoilt = new PeerCall<>(call, port);
    return spoilt.listener(next.startCall(spoilt, headers));
  }

  /** Who has sent a message between nodes. */
  public static String senderOf(Message message) {
    Object head = message.getField(message.getDescriptorForType().findFieldByName("serverRequest"));
    return ((RaftRpcRequestProto) head).getRequestorId().toStringUtf8();
  }

  @Override
  public void sendMessage(P message) {
    Link link = new Link(port.node(), caller);
    replies.pass(
        port.delayNanos(link),
        () -> {
          if (port.cuts(link)) {
            breakOff();
          } else if (!ended) {
            super.sendMessage(message);
            port.hooks().replied(link, (Message) message);
          }
        });
  }

  @Override
  public void close(Status status, Metadata trailers) {
    replies.pass(0, () -> end(status, trailers));
  }

  private void end(Status status, Metadata trailers) {
    if (!ended) {
      ended = true;
      super.close(status, trailers);
    }
  }

  private void breakOff() {
    brokenOff = true;
    end(Status.UNAVAILABLE.withDescription("the link is cut"), new Metadata());
  }

  private ServerCall.Listener<Q> listener(ServerCall.Listener<Q> ratis) {
    return new SimpleForwardingServerCallListener<>(ratis) {
      @Override
      public void onMessage(Q message) {
        caller = senderOf((Message) message);
        Link link = new Link(caller, port.node());
        requests.pass(
            port.delayNanos(link),
            () -> {
              port.hooks().delivering(port.node(), (Message) message);
              if (port.cuts(link)) {
                replies.pass(0, PeerCall.this::breakOff);
              } else if (!ended) {
                super.onMessage(message);
              }
            });
      }

      @Override
      public void onHalfClose() {
        requests.pass(
            0,
            () -> {
              if (!ended) {
                super.onHalfClose();
              }
            });
      }

      @Override
      public void onCancel() {
        requests.pass(0, super::onCancel);
      }

      /** To Ratis, a call that was broken off is one whose caller is gone. */
      @Override
      public void onComplete() {
        requests.pass(
            0,
            () -> {
              if (brokenOff) {
                super.onCancel();
              } else {
                super.onComplete();
              }
            });
      }

      @Override
      public void onReady() {
        requests.pass(0, super::onReady);
      }
    };
  }
}
