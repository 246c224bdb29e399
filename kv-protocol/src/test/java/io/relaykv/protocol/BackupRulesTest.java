package io.relaykv.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.state.AccountRow;
import io.relaykv.protocol.state.ApiKeyRow;
import org.junit.jupiter.api.Test;

class BackupRulesTest {
  private static final BackupHeader HEADER =
      BackupHeader.newBuilder().setFormatVersion(1).setClusterName("prod").build();

  @Test
  void theHash() {
    allowed(() -> BackupRules.checkSha256(ByteString.copyFrom(new byte[32])));
    refused(
        () -> BackupRules.checkSha256(ByteString.copyFrom(new byte[31])),
        "the SHA-256 of the backup has 31 bytes; it must have 32");
  }

  @Test
  void theHeader() {
    allowed(() -> BackupRules.check(HEADER));
    allowed(() -> BackupRules.check(HEADER.toBuilder().setLastAccountId(7).build()));
    refused(
        () -> BackupRules.check(HEADER.toBuilder().setFormatVersion(2).build()),
        "it has format 2; this version of RelayKV reads format 1");
    refused(
        () -> BackupRules.check(HEADER.toBuilder().clearFormatVersion().build()),
        "it has format 0");
    refused(
        () -> BackupRules.check(HEADER.toBuilder().setClusterName("x".repeat(257)).build()),
        "the name of its cluster has 257 characters; the limit is 256");
    refused(
        () -> BackupRules.check(HEADER.toBuilder().setLastApiKeyId(-1).build()),
        "it leaves no ids to give out");
    refused(
        () -> BackupRules.check(HEADER.toBuilder().setLastAccountId(Long.MAX_VALUE).build()),
        "it leaves no ids to give out");
  }

  @Test
  void accounts() {
    allowed(() -> BackupRules.check(account(1, "shop", 0)));
    refused(() -> BackupRules.check(account(0, "shop", 0)), "account 0 has no valid id");
    refused(
        () -> BackupRules.check(account(-1, "shop", 0)),
        "account 18446744073709551615 has no valid id");
    refused(() -> BackupRules.check(account(1, "Shop", 0)), "account name \"Shop\"");
    refused(() -> BackupRules.check(account(1, "shop", -1)), "the limit of account 1 is beyond");
  }

  private static BackupAccount account(long id, String name, long maxBytes) {
    return BackupAccount.newBuilder()
        .setId(id)
        .setRow(AccountRow.newBuilder().setName(name).setMaxBytes(maxBytes))
        .build();
  }

  @Test
  void apiKeys() {
    ApiKeyRow row =
        ApiKeyRow.newBuilder()
            .setAccountId(1)
            .setSecretSha256(ByteString.copyFrom(new byte[32]))
            .setWrite(true)
            .setExpiresAtMs(1)
            .setLabel("till 3")
            .build();
    allowed(() -> BackupRules.check(apiKey(17, row)));
    refused(() -> BackupRules.check(apiKey(0, row)), "API key 0 has no valid id");
    refused(
        () ->
            BackupRules.check(
                apiKey(
                    17,
                    row.toBuilder().setSecretSha256(ByteString.copyFrom(new byte[33])).build())),
        "API key 17 has a hash of 33 bytes; it must have 32");
    refused(
        () -> BackupRules.check(apiKey(17, row.toBuilder().clearWrite().build())),
        "API key 17 allows nothing");
    refused(
        () -> BackupRules.check(apiKey(17, row.toBuilder().setExpiresAtMs(-1).build())),
        "the end of API key 17 is beyond all time");
    refused(
        () -> BackupRules.check(apiKey(17, row.toBuilder().setLabel("\u001b").build())), "label");
  }

  private static BackupApiKey apiKey(long id, ApiKeyRow row) {
    return BackupApiKey.newBuilder().setId(id).setRow(row).build();
  }

  @Test
  void keysWithValues() {
    allowed(() -> BackupRules.check(entry("k", "not looked at")));
    refused(() -> BackupRules.check(entry("", "1")), "key \"\" is empty");
    refused(
        () -> BackupRules.check(entry("k", "1".repeat(Limits.MAX_VALUE_BYTES + 1))),
        "the limit is 1048576");
    allowed(() -> BackupRules.checkValue(entry("k", "{\"a\":[1,2.0]}")));
    refused(
        () -> BackupRules.checkValue(entry("k", "{\"a\": 1}")),
        "the value of key \"k\" is not in canonical form");
    refused(() -> BackupRules.checkValue(entry("k", "{")), "");
    refused(() -> BackupRules.checkValue(entry("k", "")), "");
  }

  private static BackupEntry entry(String key, String value) {
    return BackupEntry.newBuilder()
        .setAccountId(1)
        .setKey(key)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static void allowed(Runnable check) {
    assertThatCode(check::run).doesNotThrowAnyException();
  }

  private static void refused(Runnable check, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(check::run)
        .withMessageContaining(words)
        .withMessageMatching("[ -~]*");
  }
}
