package io.relaykv.client.internal;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupCounts;
import io.relaykv.protocol.backup.BackupEnd;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.backup.BackupPart;
import io.relaykv.protocol.backup.BackupRows;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.protocol.state.ApiKeyRow;
import java.nio.file.Path;
import java.util.List;

/** Makes what nodes send, and files of it. */
final class Backups {
  static final BackupHeader HEADER =
      BackupHeader.newBuilder()
          .setFormatVersion(1)
          .setClusterId("6e1c")
          .setClusterName("prod")
          .setNodeId("n1")
          .setCreatedAtMs(1_767_323_045_000L)
          .setTerm(3)
          .setAppliedIndex(812)
          .setLastAccountId(9)
          .setLastApiKeyId(20)
          .setEstimatedKeys(3)
          .build();

  /** Two accounts, of which the second has a limit, and three keys. */
  static final List<BackupRows> ROWS =
      List.of(
          BackupRows.newBuilder()
              .addAccounts(account(1, "shop", 0, 0))
              .addAccounts(account(4, "till", 100, 3))
              .addApiKeys(apiKey(17, 1))
              .addApiKeys(apiKey(18, 4))
              .addEntries(entry(1, "a", "1"))
              .build(),
          BackupRows.newBuilder()
              .addEntries(entry(1, "b", "{\"x\":[1,2]}"))
              .addEntries(entry(4, "a", "42"))
              .build());

  static final BackupEnd END =
      BackupEnd.newBuilder()
          .setCounts(
              BackupCounts.newBuilder().setAccounts(2).setApiKeys(2).setKeys(3).setDataBytes(17))
          .build();

  private Backups() {}

  static BackupAccount account(long id, String name, long maxBytes, long usedBytes) {
    return BackupAccount.newBuilder()
        .setId(id)
        .setRow(AccountRow.newBuilder().setName(name).setMaxBytes(maxBytes).setUsedBytes(usedBytes))
        .build();
  }

  static BackupApiKey apiKey(long id, long accountId) {
    return BackupApiKey.newBuilder()
        .setId(id)
        .setRow(
            ApiKeyRow.newBuilder()
                .setAccountId(accountId)
                .setSecretSha256(ByteString.copyFrom(new byte[32]))
                .setRead(true))
        .build();
  }

  static BackupEntry entry(long accountId, String key, String value) {
    return BackupEntry.newBuilder()
        .setAccountId(accountId)
        .setKey(key)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  static BackupPart header(BackupHeader header) {
    return BackupPart.newBuilder().setHeader(header).build();
  }

  static BackupPart rows(BackupRows rows) {
    return BackupPart.newBuilder().setRows(rows).build();
  }

  static BackupPart end(BackupEnd end) {
    return BackupPart.newBuilder().setEnd(end).build();
  }

  /** Writes a whole file of these parts. */
  static Path write(Path file, BackupHeader header, List<BackupRows> rows, BackupEnd end) {
    try (BackupWriter writer = BackupWriter.prepare(file, true)) {
      writer.begin();
      writer.add(header(header));
      rows.forEach(part -> writer.add(rows(part)));
      var unused = writer.finish(end);
    }
    return file;
  }
}
