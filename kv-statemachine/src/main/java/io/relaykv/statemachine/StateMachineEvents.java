package io.relaykv.statemachine;

/**
 * What the state machine tells the node that owns it. Called on Ratis' threads, also on the one
 * that applies the log; must not block.
 */
public interface StateMachineEvents {
  /** This node has learned of another leader, itself or none (empty). */
  void leaderChanged(String leaderId);

  /** This node leads and has applied an entry of its own term: it may serve. */
  void leaderReady();

  /**
   * The entry at {@code index} has been applied; {@code logBytes} of the log are counted for it.
   */
  void entryApplied(long index, int logBytes);

  /** The cluster has reached a feature level, from which there is no way back. */
  void featureLevelRaised(int level);

  /** This node has taken a snapshot; it holds all entries up to {@code index}. */
  void snapshotTaken(long index);

  /**
   * A snapshot from the leader has taken the place of what this node held; it holds all entries up
   * to {@code index}.
   */
  void snapshotInstalled(long index);

  /**
   * This node has compared what it holds with what the leader holds. Also on a thread of its own.
   */
  void replicaCompared(CheckComparison comparison);

  /**
   * Ratis has stopped by itself, as this node stood for election and is not in the membership: its
   * own log says so, or another node did ({@code LeaderElection}).
   */
  void leftOut();

  /**
   * This replica can no longer be trusted, or its log takes no more entries. The node must halt at
   * once: nothing more may be acknowledged.
   */
  void failed(String what, Throwable cause);
}
