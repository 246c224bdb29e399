package io.relaykv.client;

import io.relaykv.protocol.ApiKeyText;

/** An API key that has just been made: the only time that its secret can be seen. */
public final class NewApiKey {
  private final ApiKeyInfo info;
  private final ApiKeyText text;

  /** Of the cluster's answer and the key with its secret. */
  public NewApiKey(ApiKeyInfo info, ApiKeyText text) {
    this.info = info;
    this.text = text;
  }

  /** What the cluster knows of it. */
  public ApiKeyInfo info() {
    return info;
  }

  /** The key with its secret, {@code rk_..}, as {@link ConnectionBuilder#apiKey} takes it. */
  public String reveal() {
    return text.reveal();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return text.toString();
  }
}
