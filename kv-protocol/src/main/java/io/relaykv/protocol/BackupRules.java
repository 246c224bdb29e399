package io.relaykv.protocol;

import com.google.protobuf.ByteString;
import io.relaykv.protocol.backup.BackupAccount;
import io.relaykv.protocol.backup.BackupApiKey;
import io.relaykv.protocol.backup.BackupEntry;
import io.relaykv.protocol.backup.BackupHeader;
import io.relaykv.protocol.json.CanonicalJson;
import java.util.Arrays;

/**
 * What the rows of a backup may be, each by itself: the rules that it had to keep when it was made.
 * Whatever breaks one is an {@link IllegalArgumentException} that names it, safe to print.
 */
public final class BackupRules {
  /** Of backups as this version makes them; a reader refuses those of later versions. */
  public static final int FORMAT_VERSION = 1;

  /** Of what says which backup it is. */
  public static final int SHA256_BYTES = 32;

  /** The longest name of a cluster that is told. */
  private static final int MAX_CLUSTER_NAME_CHARACTERS = 256;

  private BackupRules() {}

  /** Checks the hash that says which backup it is. */
  public static void checkSha256(ByteString sha256) {
    require(
        sha256.size() == SHA256_BYTES,
        "the SHA-256 of the backup has %d bytes; it must have %d"
            .formatted(sha256.size(), SHA256_BYTES));
  }

  /** Checks what a backup says of itself. */
  public static void check(BackupHeader header) {
    require(
        header.getFormatVersion() == FORMAT_VERSION,
        "it has format %s; this version of RelayKV reads format %d"
            .formatted(Integer.toUnsignedString(header.getFormatVersion()), FORMAT_VERSION));
    require(
        header.getClusterName().length() <= MAX_CLUSTER_NAME_CHARACTERS,
        "the name of its cluster has %d characters; the limit is %d"
            .formatted(header.getClusterName().length(), MAX_CLUSTER_NAME_CHARACTERS));
    require(
        leavesIds(header.getLastAccountId()) && leavesIds(header.getLastApiKeyId()),
        "it leaves no ids to give out");
  }

  private static boolean leavesIds(long last) {
    return last >= 0 && last < Long.MAX_VALUE;
  }

  /** Checks an account. */
  public static void check(BackupAccount account) {
    requireId("account", account.getId());
    NameRules.checkAccountName(account.getRow().getName());
    require(
        account.getRow().getMaxBytes() >= 0,
        "the limit of account %d is beyond 2^63 bytes".formatted(account.getId()));
  }

  /** Checks an API key. */
  public static void check(BackupApiKey key) {
    requireId("API key", key.getId());
    NameRules.checkLabel(key.getRow().getLabel());
    require(
        key.getRow().getSecretSha256().size() == ApiKeyText.HASH_BYTES,
        "API key %d has a hash of %d bytes; it must have %d"
            .formatted(key.getId(), key.getRow().getSecretSha256().size(), ApiKeyText.HASH_BYTES));
    require(
        key.getRow().getRead() || key.getRow().getWrite(),
        "API key %d allows nothing".formatted(key.getId()));
    require(
        key.getRow().getExpiresAtMs() >= 0,
        "the end of API key %d is beyond all time".formatted(key.getId()));
  }

  /** Checks a key with its value, but for whether that is JSON. */
  public static void check(BackupEntry entry) {
    KeyRules.checkKey(entry.getKey());
    ValueRules.checkSize(entry.getValue().size());
  }

  /** Checks that a value is JSON in canonical form. */
  public static void checkValue(BackupEntry entry) {
    byte[] value = entry.getValue().toByteArray();
    require(
        Arrays.equals(CanonicalJson.of(value), value),
        "the value of key %s is not in canonical form".formatted(Printable.quote(entry.getKey())));
  }

  private static void requireId(String what, long id) {
    require(id > 0, "%s %s has no valid id".formatted(what, Long.toUnsignedString(id)));
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
