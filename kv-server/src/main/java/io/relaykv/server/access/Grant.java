package io.relaykv.server.access;

import io.relaykv.statemachine.accounts.ApiKey;

/**
 * What a valid API key allows.
 *
 * @param accountId whose data it opens
 * @param apiKeyId its number
 * @param read get and keys
 * @param write put and delete
 */
public record Grant(long accountId, long apiKeyId, boolean read, boolean write) {
  static Grant of(ApiKey key) {
    return new Grant(key.accountId(), key.id(), key.allowsRead(), key.allowsWrite());
  }
}
