package io.relaykv.server;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.v1.CheckProgress;
import io.relaykv.protocol.v1.Leader;
import io.relaykv.protocol.v1.StatusResponse;
import io.relaykv.server.api.MemberViews;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.disk.DiskGuard;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.KvStateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Instant;
import org.apache.ratis.server.DivisionInfo;

/** Gathers what this node knows of itself and of the cluster. Thread-safe. */
final class NodeStatus {
  private final NodeConfig config;
  private final RaftNode raft;
  private final KvStateMachine stateMachine;
  private final DiskGuard disk;
  private final Instant startedAt;

  NodeStatus(
      NodeConfig config,
      RaftNode raft,
      KvStateMachine stateMachine,
      DiskGuard disk,
      Instant startedAt) {
    this.config = config;
    this.raft = raft;
    this.stateMachine = stateMachine;
    this.disk = disk;
    this.startedAt = startedAt;
  }

  StatusResponse gather() {
    DivisionInfo info = raft.info();
    StatusResponse.Builder status =
        StatusResponse.newBuilder()
            .setClusterId(raft.clusterId())
            .setClusterName(config.cluster().name())
            .setNodeId(config.nodeId())
            .setVersion(Version.CURRENT)
            .setRole(raft.isMember() ? role(info) : StatusResponse.Role.JOINING)
            .setTerm(info.getCurrentTerm())
            .setAppliedIndex(notNegative(info.getLastAppliedIndex()))
            .setCommittedIndex(notNegative(raft.committedIndex()))
            .setLastLogIndex(notNegative(raft.lastLogIndex()))
            .setSnapshotIndex(notNegative(stateMachine.snapshotIndex()))
            .setStartedAtMs(startedAt.toEpochMilli())
            .setClockMs(System.currentTimeMillis())
            .setShortOfDisk(disk.refusal().isPresent());
    raft.leader()
        .ifPresent(
            leader ->
                status.setLeader(
                    Leader.newBuilder()
                        .setNodeId(leader.nodeId())
                        .setClientAddress(leader.clientAddress())));
    raft.members().forEach(member -> status.addMembers(MemberViews.view(member)));
    raft.followers().forEach(follower -> status.addFollowers(MemberViews.view(follower)));
    addDisk(status);
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

  private void addDisk(StatusResponse.Builder status) {
    try {
      FileStore store = Files.getFileStore(config.dataDir());
      status.setDiskFreeBytes(store.getUsableSpace()).setDiskTotalBytes(store.getTotalSpace());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
