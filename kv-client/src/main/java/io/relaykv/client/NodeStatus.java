package io.relaykv.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is known of one node. */
public sealed interface NodeStatus {
  /** Its name, or its address where the name is not known. */
  String name();

  /** Where it serves clients, {@code host:port}. */
  String clientAddress();

  /** What a node does in its cluster. */
  enum Role {
    /** Serves reads and writes. */
    LEADER,
    /** Keeps a copy. */
    FOLLOWER,
    /** Looks for a leader. */
    CANDIDATE,
    /** Is no member: it waits to be added. */
    JOINING
  }

  /**
   * A node that answered.
   *
   * @param name its name
   * @param clientAddress where it serves clients
   * @param version of the software it runs
   * @param clusterName the cluster's name
   * @param role what it does at the moment
   * @param leader the leader's name as this node sees it
   * @param term the Raft term it is in
   * @param appliedIndex the last log entry whose effect it shows
   * @param committedIndex the last log entry that it knows to be on a majority's disks
   * @param snapshotIndex the log index of its newest snapshot, 0 if it has none
   * @param startedAt when its process started
   * @param diskFreeBytes free space of the file system that holds its data
   * @param diskTotalBytes size of that file system
   * @param shortOfDisk whether that is so little that the node, as the leader, refuses puts
   * @param restoring whether a restore of a backup has begun and not been finished, as far as this
   *     node has applied: until then nobody is served
   * @param clockAhead how far its wall clock is ahead of this process', negative if it is behind,
   *     too small by what the answer was on its way; empty if the node does not tell it
   * @param featureLevel the cluster's, as far as this node has applied
   * @param supportedFeatureLevel the newest that this node's version supports
   */
  record Up(
      String name,
      String clientAddress,
      String version,
      String clusterName,
      Role role,
      Optional<String> leader,
      long term,
      long appliedIndex,
      long committedIndex,
      long snapshotIndex,
      Instant startedAt,
      long diskFreeBytes,
      long diskTotalBytes,
      boolean shortOfDisk,
      boolean restoring,
      Optional<Duration> clockAhead,
      int featureLevel,
      int supportedFeatureLevel)
      implements NodeStatus {

    /** A node that tells neither its time nor of feature levels, and is not restoring. */
    public Up(
        String name,
        String clientAddress,
        String version,
        String clusterName,
        Role role,
        Optional<String> leader,
        long term,
        long appliedIndex,
        long committedIndex,
        long snapshotIndex,
        Instant startedAt,
        long diskFreeBytes,
        long diskTotalBytes,
        boolean shortOfDisk) {
      this(
          name,
          clientAddress,
          version,
          clusterName,
          role,
          leader,
          term,
          appliedIndex,
          committedIndex,
          snapshotIndex,
          startedAt,
          diskFreeBytes,
          diskTotalBytes,
          shortOfDisk,
          false,
          Optional.empty(),
          1,
          1);
    }
  }

  /**
   * A node that did not answer.
   *
   * @param name its name, or its address where the name is not known
   * @param clientAddress where it should serve clients
   * @param cause in words, for people
   */
  record Unreachable(String name, String clientAddress, String cause) implements NodeStatus {}
}
