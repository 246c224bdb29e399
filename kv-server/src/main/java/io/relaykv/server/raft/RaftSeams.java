package io.relaykv.server.raft;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Where tests reach into the Raft layer, to spoil the network between nodes and to put known bugs
 * back. In production nothing stands there.
 *
 * @param peerPort sees all calls on the peer port, before anything else does
 * @param properties may change what Ratis is told
 * @param barrier chooses what reads must pass
 */
public record RaftSeams(
    ServerInterceptor peerPort,
    Consumer<RaftProperties> properties,
    BiFunction<RaftServer.Division, LeaderLease, Supplier<CompletableFuture<Void>>> barrier) {
  /** As in production. */
  public static final RaftSeams NONE =
      new RaftSeams(RaftSeams::pass, properties -> {}, (division, lease) -> lease::barrier);

  /** The same with a spoilt network. */
  public RaftSeams withPeerPort(ServerInterceptor spoilt) {
    return new RaftSeams(spoilt, properties, barrier);
  }

  private static <Q, P> ServerCall.Listener<Q> pass(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    return next.startCall(call, headers);
  }
}
