package io.relaykv.server.api;

import io.grpc.stub.StreamObserver;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.protocol.v1.Welcome;
import java.util.function.Supplier;

/** The first frame that a client gets: whom it has met, and who leads. For one stream. */
final class Greeting {
  private final StreamObserver<ServerFrame> out;
  private final Welcome welcome;
  private final Supplier<Leader> leader;

  /**
   * @param leader the leader as this node knows it; itself only when it may serve
   */
  Greeting(StreamObserver<ServerFrame> out, Welcome welcome, Supplier<Leader> leader) {
    this.out = out;
    this.welcome = welcome;
    this.leader = leader;
  }

  /** Welcomes a client whose key is valid: if this node leads, it begins to send requests. */
  void welcome() {
    send(leader.get());
  }

  /**
   * Tells a client of whom this node knows nothing where it may try, unless that would be here: of
   * what it sent then nothing would be read, and it could not know that.
   */
  void sendOn() {
    Leader known = leader.get();
    if (!known.getNodeId().equals(welcome.getNodeId())) {
      send(known);
    }
  }

  private void send(Leader known) {
    out.onNext(ServerFrame.newBuilder().setWelcome(welcome).setLeader(known).build());
  }
}
