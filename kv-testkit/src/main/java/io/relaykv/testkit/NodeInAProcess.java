package io.relaykv.testkit;

import io.relaykv.testkit.node.LogFailure;
import io.relaykv.testkit.node.NodeFaults;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts faults into a node in a process of its own, over the channel that the process has opened.
 * Knows all that is wrong with the node, and tells each process that is started. Thread-safe.
 */
final class NodeInAProcess implements FaultTarget {
  private final String id;
  private NodeFaults faults;

  /** The failure of the log that a process has been told of last. */
  private long toldFailure;

  private boolean paused;
  private @Nullable NodeChannel channel;

  NodeInAProcess(String id, NodeFaults faults) {
    this.id = id;
    this.faults = faults;
  }

  String id() {
    return id;
  }

  /** A process of this node has been started, and waits to be told. */
  synchronized void connected(NodeChannel opened) {
    channel = opened;
    paused = false;
    LogFailure failure = faults.logFailure();
    if (failure != null && failure.once() && failure.number() == toldFailure) {
      // The process before has had it.
      faults = faults.withLogFailure(null);
    }
    var unused = send();
  }

  @Override
  public synchronized void change(UnaryOperator<NodeFaults> how) {
    faults = how.apply(faults);
    if (!paused) {
      await(send());
    }
  }

  /** Runs {@code signal}, which stops the process. */
  synchronized void pause(Runnable signal) {
    signal.run();
    paused = true;
  }

  /** Runs {@code signal}, which lets the process run on. */
  synchronized void resume(Runnable signal) {
    // So that it is the first that the node hears.
    CompletableFuture<Boolean> told = send();
    signal.run();
    paused = false;
    await(told);
  }

  private CompletableFuture<Boolean> send() {
    LogFailure failure = faults.logFailure();
    if (failure != null && channel != null && channel.isOpen()) {
      toldFailure = failure.number();
    }
    return ask("faults " + faults.toText());
  }

  /** Nothing is written to its log any more, from when this returns. */
  synchronized void freeze() {
    requireUp();
    await(ask("freeze"));
  }

  /** Has the process end, without what is not on its disk. */
  synchronized void cutPower() {
    requireUp();
    var unused = ask("cut-power");
  }

  private void requireUp() {
    if (channel == null || !channel.isOpen() || paused) {
      throw new IllegalStateException(id + " does not run, or is paused");
    }
  }

  /** Of a node that does not run or is paused, those that are known. */
  @Override
  public synchronized FaultCounts counts() {
    if (!paused) {
      await(ask("counts"));
    }
    return channel == null ? FaultCounts.NONE : channel.counts();
  }

  private CompletableFuture<Boolean> ask(String command) {
    return channel == null ? CompletableFuture.completedFuture(false) : channel.ask(command);
  }

  private void await(CompletableFuture<Boolean> answer) {
    NodeChannel.await(answer, id);
  }
}
