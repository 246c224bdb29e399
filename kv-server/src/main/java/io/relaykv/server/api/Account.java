package io.relaykv.server.api;

/**
 * Whom a stream acts for.
 *
 * @param id of the account
 * @param apiKeyId of the API key that was shown
 */
record Account(long id, long apiKeyId) {
  /** The one account that there is until accounts can be made. */
  static final Account BUILT_IN = new Account(1, 0);
}
