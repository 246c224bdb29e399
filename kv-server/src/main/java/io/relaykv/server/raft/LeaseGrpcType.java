package io.relaykv.server.raft;

import io.relaykv.statemachine.KvStateMachine;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis' gRPC transport with log appenders that report to a {@link LeaderLease}. Ratis makes it by
 * its class name ({@code raft.rpc.type}), which is why it is public and takes nothing.
 */
public final class LeaseGrpcType implements RpcType {
  private static final String LEASE = "relaykv.leader-lease";
  private static final String CARDS = "relaykv.node-cards";

  /** Called by Ratis. */
  public LeaseGrpcType() {}

  /** Says which lease the servers made with {@code parameters} report to. */
  static void setLease(Parameters parameters, LeaderLease lease) {
    parameters.put(LEASE, lease, LeaderLease.class);
  }

  /** Says with which cards the servers made with {@code parameters} tell of themselves. */
  static void setCards(Parameters parameters, NodeCards cards) {
    parameters.put(CARDS, cards, NodeCards.class);
  }

  @Override
  public String name() {
    return LeaseGrpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(
        parameters,
        parameters.getNonNull(LEASE, LeaderLease.class),
        parameters.getNonNull(CARDS, NodeCards.class));
  }

  private static final class Factory extends GrpcFactory {
    private final LeaderLease lease;
    private final NodeCards cards;

    Factory(Parameters parameters, LeaderLease lease, NodeCards cards) {
      super(parameters);
      this.lease = lease;
      this.cards = cards;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState state, FollowerInfo follower) {
      LeaderState observed =
          lease.observe(
              division, new CardedLeaderState(state, follower.getId(), cards), follower.getId());
      KvStateMachine stateMachine = (KvStateMachine) division.getStateMachine();
      LogAppender appender = new PeerLogAppender(division, observed, follower, stateMachine);
      lease.appenderMade(appender, observed);
      return appender;
    }
  }
}
