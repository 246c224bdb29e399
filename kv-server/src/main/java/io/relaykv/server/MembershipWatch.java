package io.relaykv.server;

import io.relaykv.server.NodeDirectory.Stage;
import io.relaykv.server.config.NodeConfig;
import io.relaykv.server.config.NodeConfig.Peer;
import io.relaykv.server.raft.JoinGate;
import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.levels.NodeTooOldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the node on its way into the cluster and out of it, remembers on disk how far it is, and
 * says so in the log. Thread-safe.
 */
final class MembershipWatch {
  private static final Logger log = LoggerFactory.getLogger(MembershipWatch.class);

  private final NodeConfig config;
  private final NodeDirectory directory;
  private final FatalHandler fatal;
  private final Executor executor;
  private final AtomicBoolean ending = new AtomicBoolean();

  /** Used by the timer alone. */
  private List<String> saidMembers = List.of();

  /**
   * @param executor where the node is ended, as whoever ends it may wait for the threads that say
   *     so
   */
  MembershipWatch(
      NodeConfig config, NodeDirectory directory, FatalHandler fatal, Executor executor) {
    this.config = config;
    this.directory = directory;
    this.fatal = fatal;
    this.executor = executor;
  }

  /** Whether the node has been a member. */
  boolean isMember() {
    return directory.stage() == Stage.MEMBER;
  }

  /** What stands before the peer port of a node that has not been welcomed. */
  Optional<JoinGate> gate() {
    return directory.stage() == Stage.WAITING
        ? Optional.of(new JoinGate(() -> mark(Stage.WELCOMED), this::takenForMember))
        : Optional.empty();
  }

  /** Says what is to be done next with a node that waits. */
  void started() {
    if (!isMember()) {
      Peer self = config.self();
      log.info(
          "Node {} waits to be added to cluster {}: kv-shell member add {} {} {}",
          self.id(),
          config.cluster().name(),
          self.id(),
          self.client(),
          self.peer());
    }
  }

  /** To be called again and again. */
  void tick(RaftNode raft) {
    raft.lookAfterNewcomer();
    sayWhoAreMembers(raft);
    if (!isMember() && raft.isMemberForGood()) {
      mark(Stage.MEMBER);
      log.info("Node {} is a member of cluster {} now", config.nodeId(), config.cluster().name());
    }
  }

  /** When that has changed; at a start it is said as well. */
  private void sayWhoAreMembers(RaftNode raft) {
    List<String> now = raft.settledMembers();
    if (!now.isEmpty() && !now.equals(saidMembers)) {
      saidMembers = now;
      log.info("The members of cluster {} are {}", config.cluster().name(), String.join(", ", now));
    }
  }

  /** A leader sends entries to this node as to a member, but it has nothing. */
  private void takenForMember() {
    end(
        ExitCodes.DATA_REFUSED,
        "Cluster %s has a member %s already, but %s is empty: what that member had promised is lost. To replace it, start this node with an empty data directory under another node.id, add that, and remove %s"
            .formatted(
                config.cluster().name(), config.nodeId(), config.dataDir(), config.nodeId()));
  }

  /** The cluster has gone on to what this version cannot read: another start would not help. */
  void leftBehind(NodeTooOldException why) {
    end(ExitCodes.DATA_REFUSED, "This node ends: " + why.getMessage());
  }

  /** Ratis has stopped, as this node is in no membership, or is about to end. */
  void leftOut(RaftNode raft) {
    if (ending.get()) {
      return;
    }
    if (!isMember() && !raft.isMemberForGood() && !raft.isFormerMember()) {
      // Added by a leader whose change was lost with it, it stood for election in vain.
      fatal.fatal(
          "the change that was to make this node a member has come to nothing",
          new IllegalStateException("after a restart it waits again"));
      return;
    }
    mark(Stage.REMOVED);
    end(
        ExitCodes.REMOVED,
        "This node is no longer a member of cluster %s: it ends. Its data directory can be deleted. To add this machine again, start it with an empty one and another node.id by `kv-server start --join`"
            .formatted(config.cluster().name()));
  }

  private void end(int exitCode, String line) {
    if (ending.compareAndSet(false, true)) {
      executor.execute(
          () -> {
            log.error(line);
            fatal.end(exitCode);
          });
    }
  }

  private void mark(Stage stage) {
    try {
      directory.mark(stage);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + config.dataDir(), e);
    }
  }
}
