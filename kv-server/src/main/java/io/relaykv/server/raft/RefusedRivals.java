package io.relaykv.server.raft;

import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.jspecify.annotations.Nullable;

/**
 * Sees when another node asks this one for a preliminary vote and is refused while its log is the
 * shorter one: it cannot be elected, and this node perhaps can ({@link ElectionTimer#outranks}).
 * Who asks with an empty log only looks ({@link ElectionRehearsal}, {@link Canvass}).
 *
 * <p>Thread-safe.
 */
final class RefusedRivals {
  private static final String REQUEST_VOTE = "requestVote";

  private volatile Runnable outranked = () -> {};

  /**
   * Says what to do then; before that it is nothing.
   *
   * @param whenOutranked is called on a network thread, which it must leave at once
   */
  void attach(Runnable whenOutranked) {
    outranked = whenOutranked;
  }

  /**
   * Begins a call.
   *
   * @param ratis gets the call with which to answer, and returns what its messages are for
   */
  <Q, P> ServerCall.Listener<Q> begin(
      ServerCall<Q, P> call, Function<ServerCall<Q, P>, ServerCall.Listener<Q>> ratis) {
    if (!REQUEST_VOTE.equals(call.getMethodDescriptor().getBareMethodName())) {
      return ratis.apply(call);
    }
    Vote<Q, P> vote = new Vote<>(call);
    return new SimpleForwardingServerCallListener<>(ratis.apply(vote)) {
      @Override
      public void onMessage(Q message) {
        vote.request = message;
        super.onMessage(message);
      }
    };
  }

  /** One request for a vote; gRPC tells of it on one thread at a time. */
  private final class Vote<Q, P> extends SimpleForwardingServerCall<Q, P> {
    private @Nullable Q request;

    Vote(ServerCall<Q, P> call) {
      super(call);
    }

    @Override
    public void sendMessage(P message) {
      super.sendMessage(message);
      if (request instanceof RequestVoteRequestProto asked
          && asked.getPreVote()
          && message instanceof RequestVoteReplyProto reply
          && !reply.getServerReply().getSuccess()
          && !TermIndex.valueOf(asked.getCandidateLastEntry()).equals(TermIndex.INITIAL_VALUE)
          && isBefore(asked.getCandidateLastEntry(), reply.getLastEntry())) {
        outranked.run();
      }
    }

    /** Raft paper, section 5.4.1. */
    private static boolean isBefore(TermIndexProto last, TermIndexProto other) {
      return last.getTerm() == other.getTerm()
          ? last.getIndex() < other.getIndex()
          : last.getTerm() < other.getTerm();
    }
  }
}
