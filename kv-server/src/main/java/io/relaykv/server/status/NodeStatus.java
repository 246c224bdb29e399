package io.relaykv.server.status;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.peer.NodeCard;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.api.MemberViews;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.levels.FeatureLevels;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.ratis.server.DivisionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what this node knows of itself and of the cluster, and tells the other nodes what they
 * are to know of it. Thread-safe; {@link #tick} is for the node's timer.
 */
public final class NodeStatus {
  private static final Logger log = LoggerFactory.getLogger(NodeStatus.class);

  private final NodeConfig config;
  private final RaftNode raft;
  private final KvStateMachine stateMachine;
  private final DiskGuard disk;
  private final Instant startedAt;
  private final String version;

  /** As it was a moment ago: a disk that hangs holds up the timer, and nobody who asks. */
  private volatile Space space;

  /** What room the disk has. */
  private record Space(long freeBytes, long totalBytes) {
    static Space of(Path directory) throws IOException {
      FileStore store = Files.getFileStore(directory);
      return new Space(store.getUsableSpace(), store.getTotalSpace());
    }
  }

  /**
   * Looks at the disk for the first time.
   *
   * @param version of this software
   */
  public NodeStatus(
      NodeConfig config,
      RaftNode raft,
      KvStateMachine stateMachine,
      DiskGuard disk,
      Instant startedAt,
      String version)
      throws IOException {
    this.config = config;
    this.raft = raft;
    this.stateMachine = stateMachine;
    this.disk = disk;
    this.startedAt = startedAt;
    this.version = version;
    this.space = Space.of(config.dataDir());
  }

  /** Looks at the disk, and tells the other nodes. To be called once a second. */
  public void tick() {
    try {
      space = Space.of(config.dataDir());
    } catch (IOException e) {
      // DiskGuard says so, too, and once.
      log.debug("Cannot tell how much space there is", e);
    }
    raft.cards().tell(card());
  }

  /** What this node says of itself to the others. */
  NodeCard card() {
    Space last = space;
    long applied = notNegative(raft.info().getLastAppliedIndex());
    return NodeCard.newBuilder()
        .setNodeId(config.nodeId())
        .setVersion(version)
        .setAppliedIndex(applied)
        .setBehindEntries(notNegative(raft.toldCommittedIndex() - applied))
        .setDiskFreeBytes(last.freeBytes())
        .setDiskTotalBytes(last.totalBytes())
        .setShortOfDisk(disk.refusal().isPresent())
        .setStartedAtMs(startedAt.toEpochMilli())
        .setSupportedFeatureLevel(FeatureLevels.supported())
        .build();
  }

  /** All of it, for whoever asks. */
  public StatusResponse gather() {
    DivisionInfo info = raft.info();
    Space last = space;
    StatusResponse.Builder status =
        StatusResponse.newBuilder()
            .setClusterId(raft.clusterId())
            .setClusterName(config.cluster().name())
            .setNodeId(config.nodeId())
            .setVersion(version)
            .setRole(raft.isMember() ? role(info) : StatusResponse.Role.JOINING)
            .setTerm(info.getCurrentTerm())
            .setAppliedIndex(notNegative(info.getLastAppliedIndex()))
            .setCommittedIndex(notNegative(raft.committedIndex()))
            .setLastLogIndex(notNegative(raft.lastLogIndex()))
            .setSnapshotIndex(notNegative(stateMachine.snapshotIndex()))
            .setStartedAtMs(startedAt.toEpochMilli())
            .setClockMs(System.currentTimeMillis())
            .setDiskFreeBytes(last.freeBytes())
            .setDiskTotalBytes(last.totalBytes())
            .setShortOfDisk(disk.refusal().isPresent())
            .setRestoring(stateMachine.isRestoring())
            .setFeatureLevel(stateMachine.featureLevel())
            .setSupportedFeatureLevel(FeatureLevels.supported());
    raft.leader()
        .ifPresent(
            leader ->
                status.setLeader(
                    Leader.newBuilder()
                        .setNodeId(leader.nodeId())
                        .setClientAddress(leader.clientAddress())));
    raft.members().forEach(member -> status.addMembers(MemberViews.view(member)));
    raft.followers().forEach(follower -> status.addFollowers(MemberViews.view(follower)));
    // Behind the applied index: whoever has applied a marker has begun the check.
    stateMachine
        .check()
        .progress()
        .ifPresent(
            check ->
                status.setCheck(
                    CheckProgress.newBuilder()
                        .setIndex(check.index())
                        .setHashedBytes(check.hashedBytes())
                        .setDigest(check.digest().orElse(ByteString.EMPTY))));
    return status.build();
  }

  private static StatusResponse.Role role(DivisionInfo info) {
    return switch (info.getCurrentRole()) {
      case LEADER -> StatusResponse.Role.LEADER;
      case CANDIDATE -> StatusResponse.Role.CANDIDATE;
      case FOLLOWER, LISTENER, UNRECOGNIZED -> StatusResponse.Role.FOLLOWER;
    };
  }

  /** Ratis counts from 0 and says -1 for none; a protobuf number without a sign has no -1. */
  private static long notNegative(long index) {
    return Math.max(0, index);
  }
}
