package io.relaykv.server.raft;

import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;

/**
 * Stands before an empty node that waits to join. A leader that is adding it says so in each append
 * ({@code initializing}) until the node is up to date, and only then makes it a member. A leader
 * that does not say so takes it for a member that it has been before: then its disk was lost, and
 * with it its votes and what it had acknowledged, so that it must not take part. Thread-safe.
 */
public final class JoinGate {
  private final Runnable welcome;
  private final Runnable takenForMember;
  private volatile boolean welcomed;

  /**
   * A gate that is closed.
   *
   * @param welcome remembers on disk that the node is being added, before it takes anything in;
   *     called on a network thread
   * @param takenForMember told when the cluster has a member of the node's name already; called on
   *     a network thread, perhaps more than once
   */
  public JoinGate(Runnable welcome, Runnable takenForMember) {
    this.welcome = welcome;
    this.takenForMember = takenForMember;
  }

  /** What is wrong with a message of another node; empty if nothing is. */
  Optional<String> objection(Object message) {
    if (welcomed) {
      return Optional.empty();
    }
    if (message instanceof AppendEntriesRequestProto append) {
      return append.getInitializing() ? open() : takenForMember();
    }
    // Sent to members too. Whoever is adding the node sends appends besides.
    return message instanceof InstallSnapshotRequestProto
        ? Optional.of("sent a snapshot to a node that waits to join")
        : Optional.empty();
  }

  private synchronized Optional<String> open() {
    if (!welcomed) {
      welcome.run();
      welcomed = true;
    }
    return Optional.empty();
  }

  private Optional<String> takenForMember() {
    takenForMember.run();
    return Optional.of("takes a node without data for a member");
  }
}
