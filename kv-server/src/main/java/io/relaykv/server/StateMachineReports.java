package io.relaykv.server;

import com.codahale.metrics.Counter;
import io.relaykv.server.metrics.MetricScope;
import io.relaykv.statemachine.CheckComparison;
import io.relaykv.statemachine.StateMachineEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what the state machine tells the node. */
final class StateMachineReports implements StateMachineEvents {
  private static final Logger log = LoggerFactory.getLogger(StateMachineReports.class);

  private final KvNode node;
  private final Counter leaderChanges;
  private final Counter snapshotsTaken;
  private final Counter snapshotsInstalled;

  StateMachineReports(KvNode node, MetricScope metrics) {
    this.node = node;
    this.leaderChanges = metrics.counter("relaykv_leader_changes");
    this.snapshotsTaken = metrics.counter("relaykv_snapshots_taken");
    this.snapshotsInstalled = metrics.counter("relaykv_snapshots_installed");
  }

  @Override
  public void leaderChanged(String leaderId) {
    if (leaderId.isEmpty()) {
      log.info("{} knows no leader", node.id());
    } else {
      leaderChanges.inc();
      log.info("{} follows leader {}", node.id(), leaderId);
    }
    if (!leaderId.equals(node.id())) {
      node.lease().leadershipLost();
    }
    node.leaderChanged();
  }

  @Override
  public void leaderReady() {
    log.info("{} leads in term {}", node.id(), node.term());
    node.leaderChanged();
  }

  @Override
  public void entryApplied(long index, int logBytes) {
    node.entryApplied(index, logBytes);
  }

  @Override
  public void featureLevelRaised(int level) {
    log.info(
        "The cluster is at feature level {} now: versions that do not support it cannot go on with the data of {}",
        level,
        node.id());
  }

  @Override
  public void snapshotTaken(long index) {
    log.info("{} has taken a snapshot of all entries up to {}", node.id(), index);
    snapshotsTaken.inc();
    node.snapshotTaken();
  }

  @Override
  public void snapshotInstalled(long index) {
    log.info(
        "{} has installed a snapshot from the leader, of all entries up to {}", node.id(), index);
    snapshotsInstalled.inc();
    node.snapshotTaken();
  }

  @Override
  public void replicaCompared(CheckComparison comparison) {
    node.replicaCheckResults().compared(comparison);
  }

  @Override
  public void leftOut() {
    node.leftOut();
  }

  @Override
  public void failed(String what, Throwable cause) {
    node.fatal(what, cause);
  }
}
