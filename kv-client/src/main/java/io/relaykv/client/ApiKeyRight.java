package io.relaykv.client;

/** What an API key may allow. */
public enum ApiKeyRight {
  /** get and keys. */
  READ,
  /** put and delete. */
  WRITE
}
