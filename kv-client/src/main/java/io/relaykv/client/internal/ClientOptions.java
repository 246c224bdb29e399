package io.relaykv.client.internal;

import io.relaykv.client.ClientListener;
import io.relaykv.client.NodeAddress;
import java.time.Duration;
import java.util.List;

/**
 * What {@link io.relaykv.client.KvClient.Builder} has collected and checked.
 *
 * @param nodes where to look for the leader first
 * @param security what to show, and how it is protected
 * @param requestTimeout of an operation with all its retries
 * @param maxInFlightOps unanswered operations at most
 * @param maxInFlightBytes unanswered bytes at most
 * @param listeners told what the client does
 */
public record ClientOptions(
    List<NodeAddress> nodes,
    ConnectionSecurity security,
    Duration requestTimeout,
    int maxInFlightOps,
    int maxInFlightBytes,
    List<ClientListener> listeners) {
  /** Keeps a copy of the lists. */
  public ClientOptions {
    nodes = List.copyOf(nodes);
    listeners = List.copyOf(listeners);
  }
}
