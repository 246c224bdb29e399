package io.relaykv.client;

/**
 * An account in a backup.
 *
 * @param id its number, which it keeps when it is restored
 * @param name its name
 * @param maxBytes what its keys and values may take together; 0 for no limit
 * @param apiKeys how many API keys it has
 * @param keys how many keys with values it has
 * @param dataBytes what these take together
 */
public record BackedUpAccount(
    long id, String name, long maxBytes, long apiKeys, long keys, long dataBytes) {}
