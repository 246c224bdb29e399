package io.relaykv.server.raft;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import java.util.concurrent.CompletableFuture;

/** The replicated log, as the writer at the leader sees it. */
interface CommandLog {
  /**
   * Appends {@code command} behind everything appended before it by the same thread. Completes when
   * it has been applied here, which is after a majority has it on disk.
   *
   * <p>Fails with {@link NotLeadingException}, {@link NotFinalizedException} or {@link
   * NotAppendedException} if it was certainly not appended; after any other failure it may be
   * applied, now or later.
   */
  CompletableFuture<CommandResult> append(Command command);
}
