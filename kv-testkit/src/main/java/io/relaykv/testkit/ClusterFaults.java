package io.relaykv.testkit;

import io.relaykv.testkit.node.LogFailure;
import io.relaykv.testkit.node.NodeFaults;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The faults of one cluster: what each of its nodes can have, and where it is put in. */
final class ClusterFaults implements AutoCloseable {
  private final Map<String, FaultTarget> nodes = new ConcurrentHashMap<>();
  private final Map<String, NodeInAProcess> processes = new ConcurrentHashMap<>();
  private final Map<String, SmallDisk> disks = new ConcurrentHashMap<>();
  private @Nullable ControlPort control;
  private final AtomicLong failures = new AtomicLong();
  private final Links links =
      new Links(table -> nodes.values().forEach(node -> node.change(all -> all.withLinks(table))));

  /** Has faults go to a node in this JVM from now on. */
  void register(String id, NodeInThisJvm node) {
    nodes.put(id, node);
    links.tellAll();
  }

  /** Has faults go to a node in a process of its own from now on. */
  void register(NodeInAProcess node) {
    nodes.put(node.id(), node);
    processes.put(node.id(), node);
    links.tellAll();
  }

  /** Over which processes are told. */
  void register(ControlPort port) {
    control = port;
  }

  void register(String id, SmallDisk disk) {
    disks.put(id, disk);
  }

  Links links() {
    if (nodes.isEmpty()) {
      throw plainProcesses();
    }
    return links;
  }

  private static UnsupportedOperationException plainProcesses() {
    return new UnsupportedOperationException(
        "such a fault cannot be put into plain processes: use processesWithFaults()");
  }

  void cutClients(String id) {
    node(id).change(faults -> faults.withClientsCut(true));
  }

  void reconnectClients(String id) {
    node(id).change(faults -> faults.withClientsCut(false));
  }

  /** Mends the network. */
  void heal() {
    links().healAll();
    nodes.values().forEach(node -> node.change(faults -> faults.withClientsCut(false)));
  }

  /** Leaves nothing wrong anywhere. */
  void mendAll() {
    links.healAll();
    nodes
        .values()
        .forEach(node -> node.change(faults -> NodeFaults.NONE.withLinks(faults.links())));
    disks.values().forEach(SmallDisk::free);
  }

  void failLog(String id, LogFault how) {
    LogFailure failure = how.asFailure(failures.incrementAndGet());
    process(id).change(faults -> faults.withLogFailure(failure));
  }

  void slowFsync(String id, Duration longer) {
    process(id).change(faults -> faults.withSlowFsync(longer));
  }

  void mendLog(String id) {
    process(id).change(faults -> faults.withLogFailure(null).withSlowFsync(Duration.ZERO));
  }

  void jumpClock(String id, Duration ahead) {
    process(id).change(faults -> faults.withClockOffset(ahead));
  }

  void freezeLog(String id) {
    process(id).freeze();
  }

  void cutPower(String id) {
    process(id).cutPower();
  }

  FaultCounts countsOf(String id) {
    return node(id).counts();
  }

  /** Runs {@code signal}, which stops the process of the node. */
  void pausing(String id, Runnable signal) {
    NodeInAProcess process = processes.get(id);
    if (process == null) {
      signal.run();
    } else {
      process.pause(signal);
    }
  }

  /** Runs {@code signal}, which lets the process of the node run on. */
  void resuming(String id, Runnable signal) {
    NodeInAProcess process = processes.get(id);
    if (process == null) {
      signal.run();
    } else {
      process.resume(signal);
    }
  }

  SmallDisk diskOf(String id) {
    SmallDisk disk = disks.get(id);
    if (disk == null) {
      throw new UnsupportedOperationException(
          "the node has no disk of its own: use processesWithFaults() with diskBytes");
    }
    return disk;
  }

  private FaultTarget node(String id) {
    return known(nodes.get(id));
  }

  private NodeInAProcess process(String id) {
    return known(processes.get(id));
  }

  private static <T> T known(@Nullable T node) {
    if (node == null) {
      throw plainProcesses();
    }
    return node;
  }

  @Override
  public void close() {
    if (control != null) {
      control.close();
    }
    disks.values().forEach(SmallDisk::close);
  }
}
