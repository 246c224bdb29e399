package io.relaykv.server;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.CompareCheck;
import io.relaykv.statemachine.ReplicaCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Has the replicas compared while this node leads: starts a check when the last one was long enough
 * ago, and puts what this node has found into the log, for the others to compare with what they
 * have found. What one leader has started is brought to its end by the next.
 *
 * <p>Runs on the node's timer.
 */
final class ReplicaCheckRounds {
  private final String nodeId;
  private final Duration interval;
  private final Clock clock;
  private final ReplicaCheck check;
  private final Supplier<OptionalLong> lastCheckMs;
  private final BooleanSupplier leads;
  private final Function<Command.Builder, CompletableFuture<CommandResult>> proposer;

  private CompletableFuture<?> proposed = CompletableFuture.completedFuture(null);

  /**
   * @param interval between two checks; 0 for no checks but those that operators ask for
   * @param lastCheckMs when the last check was started, as far as this node has applied the log
   * @param leads whether this node leads and has applied all that the leaders before it have
   * @param proposer puts a command into the log
   */
  ReplicaCheckRounds(
      String nodeId,
      Duration interval,
      Clock clock,
      ReplicaCheck check,
      Supplier<OptionalLong> lastCheckMs,
      BooleanSupplier leads,
      Function<Command.Builder, CompletableFuture<CommandResult>> proposer) {
    this.nodeId = nodeId;
    this.interval = interval;
    this.clock = clock;
    this.check = check;
    this.lastCheckMs = lastCheckMs;
    this.leads = leads;
    this.proposer = proposer;
  }

  void tick() {
    // What has failed is tried again, by whoever leads at the next tick.
    if (!proposed.isDone() || !leads.getAsBoolean()) {
      return;
    }
    Optional<ReplicaCheck.Progress> found = check.toCompare();
    if (found.isPresent()) {
      proposed =
          proposer.apply(comparison(found.get().index(), found.get().digest().orElseThrow()));
    } else if (isDue() && !check.isHashing()) {
      proposed = proposer.apply(ReplicaCheck.start());
    }
  }

  private Command.Builder comparison(long index, ByteString digest) {
    return Command.newBuilder()
        .setCompareCheck(
            CompareCheck.newBuilder().setStartIndex(index).setDigest(digest).setNodeId(nodeId));
  }

  /** A last check that is far in the future is by a clock that was wrong. */
  private boolean isDue() {
    OptionalLong last = lastCheckMs.get();
    return !interval.isZero()
        && last.isPresent()
        && Math.abs(clock.millis() - last.getAsLong()) >= interval.toMillis();
  }
}
