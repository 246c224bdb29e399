package io.relaykv.testkit.node;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.relaykv.server.NodeSeams;
import io.relaykv.server.raft.RaftSeams;
import io.relaykv.testkit.node.FaultCounters.Kind;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The faults that are put into one node's network, and what has come of them. Thread-safe. */
public final class FaultsInForce {
  /** Ratis may block it: there is one for every call that is late. */
  private static final Executor LATE =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "testkit-late");
            thread.setDaemon(true);
            return thread;
          });

  private final String node;
  private final FaultCounters counters;
  private volatile NodeFaults faults = NodeFaults.NONE;

  /** For the node of this name. */
  public FaultsInForce(String node, FaultCounters counters) {
    this.node = node;
    this.counters = counters;
  }

  /** Puts these faults in, in place of those before. */
  public void set(NodeFaults others) {
    faults = others;
  }

  /** Those that were set last. */
  public NodeFaults get() {
    return faults;
  }

  /** How often they have struck. */
  public FaultCounters counters() {
    return counters;
  }

  /** What the node is to be started with. */
  public NodeSeams seams(RaftSeams raft, PeerHooks hooks) {
    return new NodeSeams(
        raft.withPeerPort(new PeerPort(node, () -> faults.links(), counters, hooks, LATE)),
        new ServerInterceptor() {
          @Override
          public <Q, P> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
            return ClientCall.begin(call, headers, next, FaultsInForce.this::cutsClients);
          }
        });
  }

  private boolean cutsClients() {
    boolean cut = faults.clientsCut();
    if (cut) {
      counters.add(Kind.REFUSED_CLIENT_CALL);
    }
    return cut;
  }
}
