package io.relaykv.client.internal;

import io.relaykv.client.NodeAddress;
import io.relaykv.protocol.ApiKeyText;
import java.util.Optional;

/**
 * How a client shows who it is and how its connections are protected.
 *
 * @param key what it shows to every node it talks to
 * @param tls empty for plain text
 * @param plainTextAnywhere whether plain text may leave this machine
 */
public record ConnectionSecurity(ApiKeyText key, Optional<TlsPem> tls, boolean plainTextAnywhere) {

  /** Whether the key may be sent there as these connections are protected. */
  public boolean permits(NodeAddress node) {
    return tls.isPresent() || plainTextAnywhere || node.isLoopback();
  }
}
