package io.relaykv.server.raft;

import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.tls.PeerCredentials;
import io.relaykv.statemachine.KvStateMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;

/**
 * Ratis' server, put together with what of ours stands between it and the other nodes.
 *
 * @param division its part in the cluster
 * @param newcomer null if this node had been a member before
 * @param rivals are to be told what to do about them
 * @param cards are to be told what to say of this node
 */
record RatisServer(
    RaftGroupId groupId,
    RaftServer server,
    RaftServer.Division division,
    @Nullable Newcomer newcomer,
    RefusedRivals rivals,
    NodeCards cards) {

  /** As {@link RaftNode#start}. */
  static RatisServer start(
      NodeConfig config,
      Path storage,
      KvStateMachine stateMachine,
      LeaderLease lease,
      Optional<PeerCredentials> credentials,
      boolean isMember,
      Optional<JoinGate> gate,
      RaftSeams seams)
      throws IOException {
    // If the port is taken, Ratis would end the process without a word.
    ExitUtils.disableSystemExit();
    RaftGroupId groupId = RaftGroupId.valueOf(ClusterIds.of(config.cluster().name()));
    Parameters parameters = new Parameters();
    LeaseGrpcType.setLease(parameters, lease);
    NodeCards cards = new NodeCards(config.nodeId(), System::nanoTime);
    LeaseGrpcType.setCards(parameters, cards);
    RaftPeerId self = RaftPeerId.valueOf(config.nodeId());
    List<RaftPeer> founders = isMember ? peers(config) : List.of();
    KnownMembers members = new KnownMembers(founders, stateMachine::isFormerMember);
    PeerIdentity identity = new PeerIdentity(self, groupId, members);
    VotePromise promise =
        new VotePromise(
            config.raft().electionTimeoutMin(), System::nanoTime, LeaseMetrics.of(config.nodeId()));
    InstallGate installs = new InstallGate();
    AppendAnswers answers = new AppendAnswers();
    RefusedRivals rivals = new RefusedRivals();
    @Nullable Newcomer newcomer = isMember ? null : new Newcomer(self, groupId);
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        new PeerPortGuard(
            credentials.isPresent() ? identity : null,
            members,
            gate.orElse(null),
            newcomer,
            rivals,
            promise,
            installs,
            answers,
            cards,
            stateMachine::canRead,
            seams.peerPort()));
    credentials.ifPresent(present -> PeerTransport.protect(parameters, present, identity));
    RaftProperties properties = RatisProperties.of(config, storage);
    seams.properties().accept(properties);
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self)
            .setGroup(RaftGroup.valueOf(groupId, founders))
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setProperties(properties)
            .setParameters(parameters)
            .setStateMachine(stateMachine)
            .build();
    try {
      // Before the port opens, which is the last that Ratis does.
      RaftServer.Division division = server.getDivision(groupId);
      members.attach(division);
      promise.attach(division);
      installs.attach(division, stateMachine::isBeingReplaced);
      answers.attach(
          () -> stateMachine.truncations().atMost(division.getRaftLog()::getFlushIndex),
          () -> division.getInfo().getCurrentTerm(),
          promise::mayLeave);
      if (newcomer != null) {
        newcomer.attach(server, division);
      }
      server.start();
      return new RatisServer(groupId, server, division, newcomer, rivals, cards);
    } catch (IOException | RuntimeException e) {
      server.close();
      DamagedLogException.throwIfDamaged(storage, e);
      throw e;
    }
  }

  private static List<RaftPeer> peers(NodeConfig config) {
    return config.cluster().peers().stream()
        .map(
            peer ->
                RaftNode.peer(
                    new Member(peer.id(), peer.client().toString(), peer.peer().toString())))
        .toList();
  }
}
