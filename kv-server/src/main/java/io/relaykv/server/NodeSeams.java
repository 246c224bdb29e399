package io.relaykv.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.relaykv.server.raft.RaftSeams;

/**
 * Where tests reach into a node. In production nothing stands there.
 *
 * @param raft in the Raft layer
 * @param clientPort sees all calls on the client port, before anything else does
 */
public record NodeSeams(RaftSeams raft, ServerInterceptor clientPort) {
  /** As in production. */
  public static final NodeSeams NONE = new NodeSeams(RaftSeams.NONE, NodeSeams::pass);

  private static <Q, P> ServerCall.Listener<Q> pass(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    return next.startCall(call, headers);
  }
}
