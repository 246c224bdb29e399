package io.relaykv.client;

import java.time.Instant;

/**
 * An account.
 *
 * @param id never used again, also after the account is gone
 * @param name what people call it
 * @param maxBytes what its keys and values may take together; 0 for no limit
 * @param usedBytes what they take: exact for an account with a limit, otherwise an estimate
 * @param apiKeys how many it has
 * @param createdAt by the clock of the node that then led
 */
public record AccountInfo(
    long id, String name, long maxBytes, long usedBytes, int apiKeys, Instant createdAt) {}
