package io.relaykv.statemachine.accounts;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.protocol.log.CreateApiKey;
import io.relaykv.protocol.state.ApiKeyRow;
import io.relaykv.statemachine.store.StoreException;
import java.security.MessageDigest;

/**
 * An API key of an account, as the cluster keeps it. What it allows never changes; it can be
 * disabled, enabled and deleted.
 */
public final class ApiKey {
  private final long id;
  private final ApiKeyRow row;
  private final byte[] secretSha256;

  private ApiKey(long id, ApiKeyRow row) {
    this.id = id;
    this.row = row;
    this.secretSha256 = row.getSecretSha256().toByteArray();
  }

  static ApiKey create(long id, long accountId, CreateApiKey command, long createdAtMs) {
    return new ApiKey(
        id,
        ApiKeyRow.newBuilder()
            .setAccountId(accountId)
            .setSecretSha256(command.getSecretSha256())
            .setRead(command.getRead())
            .setWrite(command.getWrite())
            .setEnabled(true)
            .setExpiresAtMs(command.getExpiresAtMs())
            .setLabel(command.getLabel())
            .setCreatedAtMs(createdAtMs)
            .build());
  }

  /** The key of a row. */
  public static ApiKey of(long id, ApiKeyRow row) {
    return new ApiKey(id, row);
  }

  ApiKey withEnabled(boolean enabled) {
    return new ApiKey(id, row.toBuilder().setEnabled(enabled).build());
  }

  byte[] toRow() {
    return row.toByteArray();
  }

  static ApiKey fromRow(long id, byte[] bytes) {
    try {
      return of(id, ApiKeyRow.parseFrom(UnsafeByteOperations.unsafeWrap(bytes)));
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("the row of API key " + id + " is damaged", e);
    }
  }

  /** Made by the cluster and never used again. */
  public long id() {
    return id;
  }

  /** The account that it belongs to. */
  public long accountId() {
    return row.getAccountId();
  }

  /**
   * Whether {@code sha256} is the hash of its secret. Takes the same time wherever the two differ.
   */
  public boolean hasSecret(byte[] sha256) {
    return MessageDigest.isEqual(secretSha256, sha256);
  }

  /** Whether it allows get and keys. */
  public boolean allowsRead() {
    return row.getRead();
  }

  /** Whether it allows put and delete. */
  public boolean allowsWrite() {
    return row.getWrite();
  }

  /** False while it is disabled. */
  public boolean isEnabled() {
    return row.getEnabled();
  }

  /** From when on it is not valid, milliseconds since 1970-01-01 UTC; 0 for never. */
  public long expiresAtMs() {
    return row.getExpiresAtMs();
  }

  /** Whether it is past its time at {@code nowMs}. */
  public boolean isExpired(long nowMs) {
    return row.getExpiresAtMs() != 0 && nowMs >= row.getExpiresAtMs();
  }

  /** For people. */
  public String label() {
    return row.getLabel();
  }

  /** By the clock of the leader that made it, milliseconds since 1970-01-01 UTC. */
  public long createdAtMs() {
    return row.getCreatedAtMs();
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "API key " + id;
  }
}
