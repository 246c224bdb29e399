package io.relaykv.statemachine;

import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.SessionWrites;
import io.relaykv.protocol.log.Write;
import io.relaykv.protocol.log.WriteStatus;
import io.relaykv.protocol.log.Writes;
import io.relaykv.protocol.log.WritesResult;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.AccountCommands;
import io.relaykv.statemachine.accounts.WriteGate;
import io.relaykv.statemachine.backup.Restores;
import io.relaykv.statemachine.levels.FeatureLevels;
import io.relaykv.statemachine.levels.NodeTooOldException;
import io.relaykv.statemachine.members.FormerMembers;
import io.relaykv.statemachine.sessions.Session;
import io.relaykv.statemachine.sessions.SessionId;
import io.relaykv.statemachine.sessions.SessionTable;
import io.relaykv.statemachine.store.Applied;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import java.util.OptionalLong;

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
  private final AccountCommands accounts;
  private final WriteGate gate;
  private final FormerMembers formerMembers;
  private final Restores restores;

  /** As {@link KvStore#featureLevel}; read by any thread. */
  private volatile int featureLevel;

  /** As {@link KvStore#lastCheckMs}; read by any thread. */
  private volatile OptionalLong lastCheckMs;

  CommandApplier(KvStore store, AccessTable access, FormerMembers formerMembers) {
    this.store = store;
    this.sessions = SessionTable.load(store);
    this.accounts = new AccountCommands(access);
    this.gate = new WriteGate(access, store);
    this.formerMembers = formerMembers;
    this.restores = new Restores(store, access);
    this.featureLevel = store.featureLevel();
    this.lastCheckMs = store.lastCheckMs();
  }

  int featureLevel() {
    return featureLevel;
  }

  OptionalLong lastCheckMs() {
    return lastCheckMs;
  }

  /** Whether a restore has begun and not ended. Any thread may ask. */
  boolean isRestoring() {
    return restores.isUnderWay();
  }

  /**
   * Whatever the command holds comes to a result, unless this version does not know what it is.
   *
   * @throws UnknownCommandException in that case; nothing has been applied
   * @throws NodeTooOldException if the cluster has gone on to a level that this version does not
   *     support; nothing has been applied
   */
  CommandResult apply(Command command, Applied entry) {
    UnknownCommandException.throwIfUnknown(command, entry.index());
    if (command.hasRaiseFeatureLevel()) {
      FeatureLevels.requireSupported(
          command.getRaiseFeatureLevel().getLevel(),
          "the log from entry %d on".formatted(entry.index()));
    }
    long leaderTimeMs = command.getLeaderTimeMs();
    StoreBatch batch = store.newBatch();
    sessions.beginEntry(leaderTimeMs, batch);
    if (command.hasStartCheck() || lastCheckMs.isEmpty()) {
      batch.putLastCheck(leaderTimeMs);
      lastCheckMs = OptionalLong.of(leaderTimeMs);
    }
    CommandResult result =
        restores.refusal(command).orElseGet(() -> carryOut(command, entry.index(), batch));
    batch.commit(entry);
    return result;
  }

  private CommandResult carryOut(Command command, long index, StoreBatch batch) {
    long leaderTimeMs = command.getLeaderTimeMs();
    return switch (command.getOpCase()) {
      case WRITES -> applyWrites(command.getWrites(), index, batch);
      case CREATE_ACCOUNT -> accounts.create(command.getCreateAccount(), leaderTimeMs, batch);
      case DELETE_ACCOUNT -> accounts.delete(command.getDeleteAccount(), batch);
      case CREATE_API_KEY -> accounts.create(command.getCreateApiKey(), leaderTimeMs, batch);
      case SET_API_KEY_ENABLED -> accounts.setEnabled(command.getSetApiKeyEnabled(), batch);
      case DELETE_API_KEY -> accounts.delete(command.getDeleteApiKey(), batch);
      // ReplicaCheck does what is to be done besides.
      case START_CHECK -> done(index);
      case COMPARE_CHECK -> done(0);
      case RETIRE_MEMBER -> formerMembers.retire(command.getRetireMember(), leaderTimeMs, batch);
      case BEGIN_RESTORE -> restores.begin(command.getBeginRestore(), leaderTimeMs, batch);
      case RESTORE_ROWS -> restores.rows(command.getRestoreRows(), batch);
      case FINISH_RESTORE -> restores.finish(command.getFinishRestore(), leaderTimeMs, batch);
      case RAISE_FEATURE_LEVEL -> raise(command.getRaiseFeatureLevel().getLevel(), batch);
      case OP_NOT_SET -> throw new AssertionError(command);
    };
  }

  private CommandResult raise(int level, StoreBatch batch) {
    if (level > featureLevel) {
      batch.putFeatureLevel(level);
      featureLevel = level;
    }
    return done(featureLevel);
  }

  private static CommandResult done(long id) {
    return CommandResult.newBuilder().setDone(Done.newBuilder().setId(id)).build();
  }

  private CommandResult applyWrites(Writes writes, long index, StoreBatch batch) {
    WritesResult.Builder result = WritesResult.newBuilder();
    for (int position = 0; position < writes.getSessionsCount(); position++) {
      SessionWrites ofSession = writes.getSessions(position);
      if (ofSession.getSessionId().size() == SessionId.NAME_BYTES) {
        applyWrites(ofSession, index, position, batch, result);
      } else {
        ofSession.getWritesList().forEach(write -> result.addStatuses(WriteStatus.MALFORMED));
      }
    }
    gate.endEntry(batch);
    return CommandResult.newBuilder().setWrites(result).build();
  }

  private void applyWrites(
      SessionWrites writes,
      long index,
      int position,
      StoreBatch batch,
      WritesResult.Builder result) {
    Session session =
        sessions.activate(
            SessionId.of(writes.getAccountId(), writes.getSessionId().toByteArray()),
            index,
            position);
    session.answeredBelow(writes.getLowestUnanswered());
    boolean allowed = gate.allows(writes);
    for (Write write : writes.getWritesList()) {
      // What has been applied has been, also if the key no longer allows it.
      WriteStatus status =
          switch (session.decide(write.getSequence())) {
            case APPLY ->
                allowed ? applyWrite(writes.getAccountId(), write, batch) : WriteStatus.NOT_ALLOWED;
            case ALREADY_APPLIED -> WriteStatus.APPLIED;
            case DROP -> WriteStatus.DROPPED;
          };
      if (status == WriteStatus.APPLIED) {
        session.applied(write.getSequence());
      }
      result.addStatuses(status);
    }
    sessions.save(session, batch);
  }

  private WriteStatus applyWrite(long accountId, Write write, StoreBatch batch) {
    if (!isWellFormed(write)) {
      return WriteStatus.MALFORMED;
    }
    WriteStatus counted = gate.count(accountId, write);
    if (counted == WriteStatus.APPLIED) {
      switch (write.getChangeCase()) {
        case PUT -> batch.put(accountId, write.getKey(), write.getPut().toByteArray());
        case DELETE -> batch.delete(accountId, write.getKey());
        case CHANGE_NOT_SET -> throw new AssertionError(write);
      }
    }
    return counted;
  }

  private static boolean isWellFormed(Write write) {
    return KeyRules.isKey(write.getKey()) && write.getPut().size() <= Limits.MAX_VALUE_BYTES;
  }
}
