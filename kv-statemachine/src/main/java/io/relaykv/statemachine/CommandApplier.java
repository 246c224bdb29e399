package io.relaykv.statemachine;

import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.Writes;
import io.relaykv.protocol.log.WritesResult;
import io.relaykv.statemachine.sessions.Session;
import io.relaykv.statemachine.sessions.SessionId;
import io.relaykv.statemachine.sessions.SessionTable;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;

/**
 * What each command does to the store. Depends on the log and the store alone: no clock, no
 * randomness, no configuration, so that every replica comes to the same state. One entry is one
 * batch, with the entry's index in it.
 *
 * <p>Confined to the thread that applies the log. An exception means that this replica can no
 * longer be trusted.
 */
final class CommandApplier {
  private final KvStore store;
  private final SessionTable sessions;

  CommandApplier(KvStore store) {
    this.store = store;
    this.sessions = SessionTable.load(store);
  }

  CommandResult apply(Command command, Applied entry) {
    try (StoreBatch batch = store.newBatch()) {
      sessions.beginEntry(command.getLeaderTimeMs(), batch);
      CommandResult result =
          switch (command.getOpCase()) {
            case WRITES -> applyWrites(command.getWrites(), entry.index(), batch);
            case OP_NOT_SET ->
                throw new IllegalStateException(
                    "log entry %d holds no operation that this version knows"
                        .formatted(entry.index()));
          };
      batch.commit(entry);
      return result;
    }
  }

  private CommandResult applyWrites(Writes writes, long index, StoreBatch batch) {
    WritesResult.Builder result = WritesResult.newBuilder();
    for (int position = 0; position < writes.getSessionsCount(); position++) {
      SessionWrites sessionWrites = writes.getSessions(position);
      SessionId id = SessionId.of(sessionWrites.getSessionId().toByteArray());
      Session session = sessions.activate(id, index, position);
      session.answeredBelow(sessionWrites.getLowestUnanswered());
      for (Write write : sessionWrites.getWritesList()) {
        result.addStatuses(
            switch (session.decide(write.getSequence())) {
              case APPLY -> applyWrite(sessionWrites.getAccountId(), write, batch);
              case ALREADY_APPLIED -> WriteStatus.APPLIED;
              case DROP -> WriteStatus.DROPPED;
            });
      }
      sessions.save(session, batch);
    }
    return CommandResult.newBuilder().setWrites(result).build();
  }

  private static WriteStatus applyWrite(long accountId, Write write, StoreBatch batch) {
    switch (write.getChangeCase()) {
      case PUT -> batch.put(accountId, write.getKey(), write.getPut().toByteArray());
      case DELETE -> batch.delete(accountId, write.getKey());
      case CHANGE_NOT_SET ->
          throw new IllegalStateException("a write holds no change that this version knows");
    }
    return WriteStatus.APPLIED;
  }
}
