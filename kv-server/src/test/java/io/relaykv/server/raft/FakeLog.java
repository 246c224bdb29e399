package io.relaykv.server.raft;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A log that is no more than a function, and how it fails, for what stands before it. */
public final class FakeLog {
  private FakeLog() {}

  /** A writer of small entries to {@code log}. */
  public static WriteBatcher writer(Function<Command, CompletableFuture<CommandResult>> log) {
    return new WriteBatcher(
        log::apply,
        Clock.systemUTC(),
        new WriteBatcher.Limits(8, 1 << 20, 16, 1 << 20, 8, 1 << 20),
        writes -> {});
  }

  public static RuntimeException notLeading() {
    return new NotLeadingException("this node does not lead");
  }

  public static RuntimeException notAppended() {
    return new NotAppendedException("handing over");
  }
}
