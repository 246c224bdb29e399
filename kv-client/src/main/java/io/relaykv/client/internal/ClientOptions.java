package io.relaykv.client.internal;

import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.List;

/**
 * What {@link io.relaykv.client.KvClient.Builder} has collected and checked.
 *
 * @param nodes where to look for the leader first
 * @param requestTimeout of an operation with all its retries
 * @param maxInFlightOps unanswered operations at most
 * @param maxInFlightBytes unanswered bytes at most
 */
public record ClientOptions(
    List<NodeAddress> nodes, Duration requestTimeout, int maxInFlightOps, int maxInFlightBytes) {}
