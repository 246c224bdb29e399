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

  /** Called by Ratis. */
  public LeaseGrpcType() {}

  /** Says which lease the servers made with {@code parameters} report to. */
  static void setLease(Parameters parameters, LeaderLease lease) {
    parameters.put(LEASE, lease, LeaderLease.class);
  }

  @Override
  public String name() {
    return LeaseGrpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters, parameters.getNonNull(LEASE, LeaderLease.class));
  }

  private static final class Factory extends GrpcFactory {
    private final LeaderLease lease;

    Factory(Parameters parameters, LeaderLease lease) {
      super(parameters);
      this.lease = lease;
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState state, FollowerInfo follower) {
      LeaderState observed = lease.observe(division, state, follower.getId());
      KvStateMachine stateMachine = (KvStateMachine) division.getStateMachine();
      LogAppender appender = new PeerLogAppender(division, observed, follower, stateMachine);
      lease.appenderMade(appender, observed);
      return appender;
    }
  }
}
