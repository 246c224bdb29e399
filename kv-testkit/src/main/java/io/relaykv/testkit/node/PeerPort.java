package io.relaykv.testkit.node;

import io.relaykv.testkit.node.FaultCounters.Kind;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Stands on a node's peer port. What comes in has come over the link from its sender, and the
 * answers go over the link to it: each link is spoilt at one of its ends only.
 */
final class PeerPort implements ServerInterceptor {
  private final String node;
  private final Supplier<LinkTable> links;
  private final FaultCounters counters;
  private final PeerHooks hooks;
  private final Executor late;
  private final Random random = new Random();
  private long seed;

  /**
   * @param late runs what has been delayed
   */
  PeerPort(
      String node,
      Supplier<LinkTable> links,
      FaultCounters counters,
      PeerHooks hooks,
      Executor late) {
    this.node = node;
    this.links = links;
    this.counters = counters;
    this.hooks = hooks;
    this.late = late;
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
    return PeerCall.begin(call, headers, next, this);
  }

  String node() {
    return node;
  }

  PeerHooks hooks() {
    return hooks;
  }

  Lane newLane() {
    return new Lane(late);
  }

  /** How much later a message comes over {@code link}. */
  long delayNanos(Link link) {
    LinkTable table = links.get();
    LinkFault fault = table.of(link);
    int losses;
    long nanos;
    synchronized (random) {
      if (table.seed() != seed) {
        seed = table.seed();
        random.setSeed(seed ^ node.hashCode());
      }
      losses = fault.losses(random);
      nanos = fault.nanos(losses, random);
    }
    counters.add(Kind.LOST_PACKET, losses);
    if (nanos > 0) {
      counters.add(Kind.DELAYED_MESSAGE);
    }
    return nanos;
  }

  /** Whether a message over {@code link} is lost now. */
  boolean cuts(Link link) {
    boolean cut = links.get().of(link).cut();
    if (cut) {
      counters.add(Kind.CUT_MESSAGE);
    }
    return cut;
  }
}
