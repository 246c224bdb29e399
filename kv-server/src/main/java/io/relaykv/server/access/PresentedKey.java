package io.relaykv.server.access;

import io.grpc.Context;
import io.relaykv.protocol.ApiKeyText;

/** The API key that a stream shows: its number and the hash of the secret, no more. */
public final class PresentedKey {
  /** Of the call that the present thread handles. */
  public static final Context.Key<PresentedKey> CONTEXT = Context.key("relaykv-api-key");

  private final long id;
  private final byte[] secretSha256;

  PresentedKey(ApiKeyText text) {
    this.id = Long.parseLong(text.id());
    this.secretSha256 = text.secretSha256();
  }

  long id() {
    return id;
  }

  byte[] secretSha256() {
    return secretSha256;
  }
}
