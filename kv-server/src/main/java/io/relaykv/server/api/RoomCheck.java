package io.relaykv.server.api;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.server.disk.DiskGuard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Stands before the log on the operator's path: refuses new accounts and API keys, and the rows of
 * a backup, while the disk has no room. All else goes on; most of it makes room. Thread-safe.
 */
final class RoomCheck {
  private final DiskGuard disk;
  private final Supplier<CompletableFuture<Void>> barrier;
  private final Function<Command.Builder, CompletableFuture<CommandResult>> proposer;

  /**
   * @param barrier completes once it is certain that this node leads: another node's disk may have
   *     room
   */
  RoomCheck(
      DiskGuard disk,
      Supplier<CompletableFuture<Void>> barrier,
      Function<Command.Builder, CompletableFuture<CommandResult>> proposer) {
    this.disk = disk;
    this.barrier = barrier;
    this.proposer = proposer;
  }

  CompletableFuture<CommandResult> propose(Command.Builder command) {
    Optional<String> why = takesRoom(command) ? disk.refusal() : Optional.empty();
    return why.isEmpty()
        ? proposer.apply(command)
        : barrier.get().thenApply(passed -> refusal(why.get()));
  }

  private static boolean takesRoom(Command.Builder command) {
    return command.hasCreateAccount()
        || command.hasCreateApiKey()
        || command.hasBeginRestore()
        || command.hasRestoreRows();
  }

  private static CommandResult refusal(String why) {
    return CommandResult.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(Refusal.Reason.TOO_MANY).setMessage(why))
        .build();
  }
}
