package io.relaykv.server.raft;

import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A call of a node on the peer port, in which this node makes and keeps its {@link VotePromise}.
 */
final class PromisingCall<Q> extends SimpleForwardingServerCallListener<Q> {
  private final ServerCall<Q, ?> call;
  private final VotePromise promise;
  private @Nullable Q request;

  private PromisingCall(ServerCall<Q, ?> call, ServerCall.Listener<Q> ratis, VotePromise promise) {
    super(ratis);
    this.call = call;
    this.promise = promise;
  }

  /** Begins a call whose requests Ratis gets as far as the promise allows. */
  static <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> ratis, VotePromise promise) {
    return new PromisingCall<>(
        call, ratis.startCall(new Replies<>(call, promise), headers), promise);
  }

  @Override
  public void onMessage(Q message) {
    if (message instanceof AppendEntriesRequestProto append) {
      promise.heard(append);
    } else {
      request = message;
    }
    super.onMessage(message);
  }

  /** Ratis answers a single request in here, on this thread. */
  @Override
  public void onHalfClose() {
    Optional<String> refusal = Optional.empty();
    if (request instanceof RequestVoteRequestProto vote) {
      refusal = promise.vote(vote, super::onHalfClose);
    } else if (request instanceof StartLeaderElectionRequestProto election) {
      refusal = promise.startElection(election, super::onHalfClose);
    } else {
      super.onHalfClose();
    }
    refusal.ifPresent(
        why -> call.close(Status.UNAVAILABLE.withDescription("refused: " + why), new Metadata()));
  }

  /** Puts the promise into the answers to appends. */
  private static final class Replies<Q, P> extends SimpleForwardingServerCall<Q, P> {
    private final VotePromise promise;

    Replies(ServerCall<Q, P> call, VotePromise promise) {
      super(call);
      this.promise = promise;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void sendMessage(P message) {
      super.sendMessage(
          message instanceof AppendEntriesReplyProto reply ? (P) promise.answer(reply) : message);
    }
  }
}
