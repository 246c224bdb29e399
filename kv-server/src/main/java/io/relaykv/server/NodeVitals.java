package io.relaykv.server;

import io.relaykv.server.raft.RaftNode;
import io.relaykv.statemachine.KvStateMachine;
import io.relaykv.statemachine.store.KvStore;

/** How a node fares, for the {@link Watchdog}. */
record NodeVitals(RaftNode raft, KvStateMachine stateMachine) implements Watchdog.Vitals {
  @Override
  public boolean ratisRuns() {
    return raft.isAlive();
  }

  @Override
  public boolean hasGivenUpElection() {
    return raft.hasGivenUpElection();
  }

  @Override
  public long databaseErrors() {
    return stateMachine.live().withoutWaiting(KvStore::backgroundErrors).orElse(0L);
  }

  @Override
  public long committedIndex() {
    return raft.committedIndex();
  }

  @Override
  public long appliedIndex() {
    return raft.info().getLastAppliedIndex();
  }

  @Override
  public boolean waitsForSnapshot() {
    return stateMachine.waitsForSnapshot();
  }
}
