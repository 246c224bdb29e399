package io.relaykv.client.internal;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.relaykv.client.BackupInfo;
import io.relaykv.client.BackupProgress;
import io.relaykv.client.InvalidBackupException;
import io.relaykv.client.KvException;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.client.internal.LeaderCalls.Effect;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.v1.AdminGrpc;
import io.relaykv.protocol.v1.BeginRestoreRequest;
import io.relaykv.protocol.v1.FinishRestoreRequest;
import io.relaykv.protocol.v1.RestoreRowsRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts a backup file into the cluster part by part, each through the log before the next one is
 * sent. Calls are repeated at the next leader when one is lost: the parts are numbered, and each is
 * applied once. On the caller's thread.
 */
final class RestoreUpload {
  private final LeaderCalls leader;
  private final Duration within;
  private final Consumer<BackupProgress> progress;

  /**
   * @param within how long each part may take, all tries together
   */
  RestoreUpload(LeaderCalls leader, Duration within, Consumer<BackupProgress> progress) {
    this.leader = leader;
    this.within = within;
    this.progress = progress;
  }

  BackupInfo from(Path file) {
    BackupInfo info = BackupCheck.run(file, progress);
    ByteString sha256 = ByteString.copyFrom(HexFormat.of().parseHex(info.sha256()));
    try (BackupReader reader = new BackupReader(file)) {
      long next =
          call(
                  AdminGrpc.getBeginRestoreMethod(),
                  BeginRestoreRequest.newBuilder()
                      .setBackupSha256(sha256)
                      .setHeader(reader.header())
                      .setCounts(
                          BackupCounts.newBuilder()
                              .setAccounts(info.accounts().size())
                              .setApiKeys(info.apiKeys())
                              .setKeys(info.keys())
                              .setDataBytes(info.dataBytes()))
                      .build(),
                  "begin the restore")
              .getNext();
      sendFrom(next, reader, sha256, info);
    }
    return info;
  }

  private void sendFrom(long first, BackupReader reader, ByteString sha256, BackupInfo info) {
    long number = 0;
    long keys = 0;
    for (Optional<BackupRows> rows = reader.next(); rows.isPresent(); rows = reader.next()) {
      if (number >= first) {
        var unused =
            callWithinRestore(
                AdminGrpc.getRestoreRowsMethod(),
                RestoreRowsRequest.newBuilder()
                    .setBackupSha256(sha256)
                    .setNumber(number)
                    .setRows(rows.get())
                    .build(),
                "restore part %d".formatted(number));
      }
      number++;
      keys += rows.get().getEntriesCount();
      if (number >= first) {
        progress.accept(
            new BackupProgress(BackupProgress.Phase.RESTORING, keys, info.keys(), reader.bytes()));
      }
    }
    if (!reader.sha256().equals(info.sha256())) {
      throw new InvalidBackupException(
          reader.file(),
          reader.bytes(),
          "the file has been changed while it was restored; the restore is not finished");
    }
    var unused =
        callWithinRestore(
            AdminGrpc.getFinishRestoreMethod(),
            FinishRestoreRequest.newBuilder().setBackupSha256(sha256).build(),
            "finish the restore");
  }

  /** Whatever becomes of the call, what was restored before it stays: something was changed. */
  private <Q, P> P callWithinRestore(MethodDescriptor<Q, P> method, Q request, String what) {
    try {
      return call(method, request, what);
    } catch (KvException e) {
      String why =
          e instanceof UnavailableException
              ? what + ": no leader took it"
              : e instanceof OutcomeUnknownException ? e.reason() : what + ": " + e.reason();
      throw new OutcomeUnknownException(
          why + "; what is restored stays, and the restore is not finished", e.attempts());
    }
  }

  private <Q, P> P call(MethodDescriptor<Q, P> method, Q request, String what) {
    return leader.call(method, request, what, Effect.REPEATABLE, within, answer -> {});
  }
}
