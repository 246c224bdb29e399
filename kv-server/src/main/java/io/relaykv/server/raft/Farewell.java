package io.relaykv.server.raft;

import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Answers a former member that stands for election, which is what it does when it hears of no
 * leader: it was removed, and shall stop. A node that was down when it was removed hears of it in
 * no other way. Ratis never sees the request. gRPC calls one method at a time.
 */
final class Farewell<Q, P> extends SimpleForwardingServerCallListener<Q> {
  private final ServerCall<Q, P> call;
  private final @Nullable String caller;
  private final KnownMembers members;
  private boolean said;

  /**
   * @param caller the node that the caller's certificate names; null if it has shown none
   */
  Farewell(
      ServerCall<Q, P> call,
      ServerCall.Listener<Q> next,
      @Nullable String caller,
      KnownMembers members) {
    super(next);
    this.call = call;
    this.caller = caller;
    this.members = members;
  }

  @Override
  public void onMessage(Q message) {
    if (message instanceof RequestVoteRequestProto vote && isFromFormer(vote.getServerRequest())) {
      said = true;
      call.sendHeaders(new Metadata());
      call.sendMessage(stop(vote.getServerRequest()));
      call.close(Status.OK, new Metadata());
      super.onCancel();
    } else if (!said) {
      super.onMessage(message);
    }
  }

  private boolean isFromFormer(RaftRpcRequestProto claims) {
    String claimed = claims.getRequestorId().toStringUtf8();
    return (caller == null || caller.equals(claimed)) && members.isFormerForGood(claimed);
  }

  /** The method's messages are those of its descriptor: a vote is answered by its reply. */
  @SuppressWarnings("unchecked")
  private P stop(RaftRpcRequestProto claims) {
    return (P)
        RequestVoteReplyProto.newBuilder()
            .setServerReply(
                RaftRpcReplyProto.newBuilder()
                    .setRequestorId(claims.getRequestorId())
                    .setReplyId(claims.getReplyId())
                    .setRaftGroupId(claims.getRaftGroupId())
                    .setCallId(claims.getCallId()))
            .setShouldShutdown(true)
            .build();
  }

  @Override
  public void onHalfClose() {
    if (!said) {
      super.onHalfClose();
    }
  }

  @Override
  public void onReady() {
    if (!said) {
      super.onReady();
    }
  }

  @Override
  public void onCancel() {
    if (!said) {
      super.onCancel();
    }
  }

  @Override
  public void onComplete() {
    if (!said) {
      super.onComplete();
    }
  }
}
