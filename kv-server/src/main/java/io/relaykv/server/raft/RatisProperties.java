package io.relaykv.server.raft;

import io.relaykv.server.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.server.RaftServerConfigKeys.Snapshot;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every property of Ratis that we set, with the reason. What is not here has Ratis' default. */
final class RatisProperties {
  /** A larger entry would depose the leader; ours have {@link WriteBatcher#MAX_ENTRY_BYTES}. */
  static final SizeInBytes ENTRY_MAX = SizeInBytes.valueOf("4MB");

  /**
   * How long the leader waits after each further error until it tries a follower again, give or
   * take half of it. By default, one that was down for ten seconds is left alone for up to 7.5 s
   * more when it is back; and from the thousandth error on there is no wait at all.
   */
  static final String FOLLOWER_RETRIES = "1ms,10, 50ms,20, 250ms," + Integer.MAX_VALUE;

  private RatisProperties() {}

  static RaftProperties of(NodeConfig config, Path storage) {
    RaftProperties properties = new RaftProperties();
    transport(properties, config);
    storage(properties, config, storage);
    elections(properties, config);
    log(properties, config);
    snapshots(properties);
    reads(properties);
    limits(properties);
    return properties;
  }

  private static void transport(RaftProperties properties, NodeConfig config) {
    // Our appenders, which see when appends are sent and acknowledged.
    RaftConfigKeys.Rpc.setType(properties, new LeaseGrpcType());
    GrpcConfigKeys.Server.setHost(properties, config.listen().peer().host());
    GrpcConfigKeys.Server.setPort(properties, config.listen().peer().port());
    // Above the largest entry plus overhead (checked by Ratis) and above a snapshot chunk (not
    // checked).
    GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("16MB"));
    // Catching up and snapshots move megabytes.
    GrpcConfigKeys.setFlowControlWindow(properties, SizeInBytes.valueOf("4MB"));
    // Heartbeats are not queued behind data, so that a large entry does not cost the leadership.
    GrpcConfigKeys.Server.setHeartbeatChannel(properties, true);
    // Times the 8 chunks under way: 8 MiB must be on the follower's disk within 12 s. When a
    // follower dies
    // meanwhile, its appender does nothing else for so long.
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(
        properties, TimeDuration.valueOf(1500, TimeUnit.MILLISECONDS));
  }

  private static void storage(RaftProperties properties, NodeConfig config, Path storage) {
    // Ratis' defaults for both are below /tmp.
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, storage.resolveSibling("raft-removed").toFile());
    // Ratis looks at it once, at the start.
    RaftServerConfigKeys.setStorageFreeSpaceMin(
        properties, SizeInBytes.valueOf(config.disk().freeMinBytes()));
  }

  private static void elections(RaftProperties properties, NodeConfig config) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, of(config.raft().electionTimeoutMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, of(config.raft().electionTimeoutMax()));
    // A node that cannot win an election does not disturb a leader by raising the term.
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    // How long a leader that paused or lost its majority waits before it stands again; 10 s by
    // default.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, seconds(2));
    // A follower whose timer overslept by more than this skips an election round: on a busy machine
    // it would
    // never stand.
    RaftServerConfigKeys.setSleepDeviationThreshold(properties, seconds(2));
    // One member at a time.
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, false);
    RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, seconds(10));
    RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties, seconds(10));
  }

  private static void log(RaftProperties properties, NodeConfig config) {
    // An entry is acknowledged when it is on disk: both of these would acknowledge it before.
    Log.setUnsafeFlushEnabled(properties, false);
    Log.setAsyncFlushEnabled(properties, false);
    // Refuse to start on a damaged log; the other policy silently drops acknowledged entries.
    Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
    // Ratis 3.3.0 chains appends to one future, and an append that fails fails all that come later,
    // until the process ends: as when entries wait for a slow disk and a snapshot overtakes them
    // (NavigableIndices).
    Log.setAppendEntriesComposeEnabled(properties, false);
    // Without it each commit appends an entry of its own, which costs a fifth of the throughput.
    Log.setLogMetadataEnabled(properties, false);
    Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(config.raft().logSegmentSizeBytes()));
    Log.setPreallocatedSize(properties, ENTRY_MAX);
    // Heap: closed segments that are kept in memory for followers a little behind.
    Log.setSegmentCacheNumMax(properties, 3);
    Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("128MB"));
    Log.Appender.setRetryPolicy(properties, FOLLOWER_RETRIES);
    // The largest entry, also when segments are read: never lower it.
    Log.Appender.setBufferByteLimit(properties, ENTRY_MAX);
    // At least the largest entry and 8 bytes.
    Log.setWriteBufferSize(properties, SizeInBytes.valueOf("8MB"));
    // Entries are gathered by our batcher: waiting 1 ms for more only adds latency (see
    // PeerLogAppender).
    Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    // Purge up to the snapshot even if a peer is dead, or the dead peer's disk fills ours.
    Log.setPurgeUptoSnapshotIndex(properties, true);
    // What stays besides, so that a node that was away for a moment needs no snapshot.
    Log.setPurgePreservationLogNum(properties, config.raft().purgeMarginEntries());
    // By default a purge waits for 1024 entries to be purged: a gigabyte if they are large.
    Log.setPurgeGap(properties, 1);
  }

  private static void snapshots(RaftProperties properties) {
    // SnapshotTrigger says when: Ratis counts no bytes and does not know of transfers under way.
    Snapshot.setAutoTriggerEnabled(properties, false);
    // However few entries there are since the last one.
    Snapshot.setCreationGap(properties, 1);
    // The state machine reports its own state at a start; stopping must be quick.
    Snapshot.setTriggerWhenStopEnabled(properties, false);
    Log.Appender.setInstallSnapshotEnabled(properties, true);
    Log.Appender.setSnapshotChunkSizeMax(properties, SizeInBytes.valueOf("1MB"));
  }

  private static void reads(RaftProperties properties) {
    // Reads do not go through Ratis (LeaderLease). Never LINEARIZABLE: it returns stale values.
    Read.setOption(properties, Read.Option.DEFAULT);
    Read.setLeaderHeartbeatCheckEnabled(properties, true);
    // The other types delay what followers learn of commits.
    Read.ReadIndex.setType(properties, Read.ReadIndex.Type.COMMIT_INDEX);
  }

  private static void limits(RaftProperties properties) {
    // WriteBatcher keeps one entry under way: these limits must never be reached.
    RaftServerConfigKeys.Write.setElementLimit(properties, 4096);
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("64MB"));
    // Ratis remembers each entry's reply on every node; retries are ours (sessions), by another
    // call id.
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, seconds(10));
    // Unbounded by default.
    RaftServerConfigKeys.ThreadPool.setClientCached(properties, true);
    RaftServerConfigKeys.ThreadPool.setClientSize(properties, 16);
    // A pause of the process that is longer closes the Ratis server, which halts this process.
    RaftServerConfigKeys.setCloseThreshold(properties, seconds(60));
  }

  private static TimeDuration of(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static TimeDuration seconds(int seconds) {
    return TimeDuration.valueOf(seconds, TimeUnit.SECONDS);
  }
}
