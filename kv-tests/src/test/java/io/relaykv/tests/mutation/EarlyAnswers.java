package io.relaykv.tests.mutation;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.WritesResult;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import net.bytebuddy.asm.Advice;

/** Says of writes that they are applied when they have been proposed. */
public final class EarlyAnswers {
  private EarlyAnswers() {}

  @Advice.OnMethodExit
  static void exit(
      @Advice.Argument(0) Command command,
      @Advice.Return(readOnly = false) CompletableFuture<CommandResult> result) {
    result = now(command, result);
  }

  /** Called by the changed class. */
  public static CompletableFuture<CommandResult> now(
      Command command, CompletableFuture<CommandResult> later) {
    if (!command.hasWrites() || later.isCompletedExceptionally()) {
      return later;
    }
    int writes =
        command.getWrites().getSessionsList().stream()
            .mapToInt(SessionWrites::getWritesCount)
            .sum();
    return CompletableFuture.completedFuture(
        CommandResult.newBuilder()
            .setWrites(
                WritesResult.newBuilder()
                    .addAllStatuses(Collections.nCopies(writes, WriteStatus.APPLIED)))
            .build());
  }
}
