package io.relaykv.statemachine.backup;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.relaykv.protocol.BackupRules;
import io.relaykv.protocol.Printable;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.log.BeginRestore;
import io.relaykv.protocol.log.Command;
import io.relaykv.protocol.log.CommandResult;
import io.relaykv.protocol.log.Done;
import io.relaykv.protocol.log.FinishRestore;
import io.relaykv.protocol.log.Refusal;
import io.relaykv.protocol.log.RestoreRows;
import io.relaykv.protocol.state.RestoreRow;
import io.relaykv.statemachine.accounts.AccessTable;
import io.relaykv.statemachine.accounts.Account;
import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreBatch;
import io.relaykv.statemachine.store.StoreException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the commands of a restore do: they bring the rows of one backup into an empty cluster, part
 * by part (docs/adr/0020). Where a restore stands is replicated state, written with the rows. From
 * its begin to its end no API key is valid, so that nobody sees or changes what is half there, and
 * accounts and API keys cannot be changed.
 *
 * <p>Confined to the thread that applies the log, but for {@link #isUnderWay}.
 */
public final class Restores {
  private static final int NAMES_TOLD = 5;

  private final AccessTable table;

  /** The last restore; the empty row if there has been none. */
  private volatile RestoreRow last;

  /** Goes on with what stands in {@code store}, whose accounts and keys are in {@code table}. */
  public Restores(KvStore store, AccessTable table) {
    this.table = table;
    byte[] row = store.restoreRow();
    try {
      this.last = row == null ? RestoreRow.getDefaultInstance() : RestoreRow.parseFrom(row);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("the row of the last restore is damaged", e);
    }
    if (isUnderWay()) {
      table.lock();
    }
  }

  /** Whether a restore has begun and not ended, as applied. Any thread may ask. */
  public boolean isUnderWay() {
    RestoreRow now = last;
    return !now.getBackupSha256().isEmpty() && now.getFinishedAtMs() == 0;
  }

  /** The refusal of a command that must wait for the end of the restore that is under way. */
  public Optional<CommandResult> refusal(Command command) {
    return switch (command.getOpCase()) {
      case CREATE_ACCOUNT, DELETE_ACCOUNT, CREATE_API_KEY, SET_API_KEY_ENABLED, DELETE_API_KEY ->
          isUnderWay()
              ? Optional.of(
                  wrongState(underWay() + "; until that is finished nothing else is done"))
              : Optional.empty();
      case WRITES, // refused one by one, as no API key is valid
          START_CHECK,
          COMPARE_CHECK,
          RETIRE_MEMBER,
          BEGIN_RESTORE,
          RESTORE_ROWS,
          FINISH_RESTORE,
          RAISE_FEATURE_LEVEL,
          OP_NOT_SET ->
          Optional.empty();
    };
  }

  /**
   * Begins a restore, or says where the same one is to go on.
   *
   * @param leaderTimeMs when the leader proposed it
   */
  public CommandResult begin(BeginRestore command, long leaderTimeMs, StoreBatch batch) {
    Optional<String> wrong = malformed(command);
    if (wrong.isPresent()) {
      return refused(Refusal.Reason.MALFORMED, wrong.get());
    }
    boolean same = last.getBackupSha256().equals(command.getBackupSha256());
    if (isUnderWay()) {
      return same
          ? done(last.getPartsDone())
          : wrongState(
              underWay()
                  + "; go on with the file that has this SHA-256, or make the cluster anew to restore another one");
    }
    if (table.accountCount() > 0) {
      return wrongState(notEmpty(same));
    }
    BackupCounts counts = command.getCounts();
    batch.raiseLastAccountId(command.getHeader().getLastAccountId());
    batch.raiseLastApiKeyId(command.getHeader().getLastApiKeyId());
    table.lock();
    save(
        RestoreRow.newBuilder()
            .setBackupSha256(command.getBackupSha256())
            .setClusterName(command.getHeader().getClusterName())
            .setAppliedIndex(command.getHeader().getAppliedIndex())
            .setCreatedAtMs(command.getHeader().getCreatedAtMs())
            .setAccounts(counts.getAccounts())
            .setApiKeys(counts.getApiKeys())
            .setKeys(counts.getKeys())
            .setDataBytes(counts.getDataBytes())
            .setHighestAccountId(command.getHeader().getLastAccountId())
            .setHighestApiKeyId(command.getHeader().getLastApiKeyId())
            .setBegunAtMs(leaderTimeMs),
        batch);
    return done(0);
  }

  private static Optional<String> malformed(BeginRestore command) {
    try {
      BackupRules.checkSha256(command.getBackupSha256());
      BackupRules.check(command.getHeader());
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private String notEmpty(boolean same) {
    List<Account> accounts = table.accounts();
    String names =
        accounts.stream().limit(NAMES_TOLD).map(Account::name).collect(Collectors.joining(", "));
    String holds =
        "it holds %,d %s (%s%s) with %,d API %s"
            .formatted(
                accounts.size(),
                accounts.size() == 1 ? "account" : "accounts",
                names,
                accounts.size() > NAMES_TOLD ? ", .." : "",
                table.apiKeyCount(),
                table.apiKeyCount() == 1 ? "key" : "keys");
    return same
        ? "this backup has been restored here already, as a whole, at %s, and nothing was done now; %s"
            .formatted(Instant.ofEpochMilli(last.getFinishedAtMs()), holds)
        : "the cluster is not empty: %s; restore into a new cluster, or delete the accounts first"
            .formatted(holds);
  }

  /** Takes the next part; one that has been taken before changes nothing. */
  public CommandResult rows(RestoreRows command, StoreBatch batch) {
    Optional<CommandResult> other = notUnderWay(command.getBackupSha256());
    if (other.isPresent()) {
      return other.get();
    }
    long next = last.getPartsDone();
    if (command.getNumber() < 0 || command.getNumber() > next) {
      return wrongState(
          "part %s of the backup was to be restored, but part %d is next"
              .formatted(Long.toUnsignedString(command.getNumber()), next));
    }
    if (command.getNumber() < next) {
      return done(next);
    }
    RestoredPart part = new RestoredPart(table, last);
    try {
      part.check(command.getRows());
    } catch (IllegalArgumentException e) {
      return refused(Refusal.Reason.MALFORMED, "part %d: %s".formatted(next, e.getMessage()));
    }
    save(part.restore(command.getRows(), batch), batch);
    return done(next + 1);
  }

  /**
   * Ends the restore when all is there; ending it again changes nothing.
   *
   * @param leaderTimeMs when the leader proposed it
   */
  public CommandResult finish(FinishRestore command, long leaderTimeMs, StoreBatch batch) {
    if (!isUnderWay()
        && !command.getBackupSha256().isEmpty()
        && last.getBackupSha256().equals(command.getBackupSha256())) {
      return done(last.getPartsDone());
    }
    Optional<CommandResult> other = notUnderWay(command.getBackupSha256());
    if (other.isPresent()) {
      return other.get();
    }
    if (last.getAccountsDone() != last.getAccounts()
        || last.getApiKeysDone() != last.getApiKeys()
        || last.getKeysDone() != last.getKeys()
        || last.getDataBytesDone() != last.getDataBytes()) {
      return wrongState(underWay() + ", and not all of it is there");
    }
    // 0 would say that it is not.
    save(last.toBuilder().setFinishedAtMs(leaderTimeMs == 0 ? 1 : leaderTimeMs), batch);
    table.unlock();
    return done(last.getPartsDone());
  }

  private Optional<CommandResult> notUnderWay(ByteString sha256) {
    if (isUnderWay() && last.getBackupSha256().equals(sha256)) {
      return Optional.empty();
    }
    return Optional.of(
        wrongState(
            isUnderWay() ? underWay() + ", and not of this one" : "no restore is under way"));
  }

  private String underWay() {
    return "a restore of the backup of cluster %s as of log entry %s (SHA-256 %s) is under way, %,d of %,d keys are there"
        .formatted(
            Printable.quote(last.getClusterName()),
            Long.toUnsignedString(last.getAppliedIndex()),
            HexFormat.of().formatHex(last.getBackupSha256().toByteArray()),
            last.getKeysDone(),
            last.getKeys());
  }

  private void save(RestoreRow.Builder row, StoreBatch batch) {
    last = row.build();
    batch.putRestore(last.toByteArray());
  }

  private static CommandResult done(long next) {
    return CommandResult.newBuilder().setDone(Done.newBuilder().setId(next)).build();
  }

  private static CommandResult wrongState(String message) {
    return refused(Refusal.Reason.WRONG_STATE, message);
  }

  private static CommandResult refused(Refusal.Reason reason, String message) {
    return CommandResult.newBuilder()
        .setRefusal(Refusal.newBuilder().setReason(reason).setMessage(message))
        .build();
  }
}
