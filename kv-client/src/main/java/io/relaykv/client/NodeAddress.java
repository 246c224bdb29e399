package io.relaykv.client;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Where a node serves clients.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65,535
 */
public record NodeAddress(String host, int port) {
  /** Checks both. */
  public NodeAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a node address needs a host: \"host:port\"");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "port " + port + " of " + host + "; allowed is 1 to 65,535");
    }
  }

  /**
   * Reads {@code host:port}; IPv6 as {@code [::1]:port}.
   *
   * @throws IllegalArgumentException if {@code text} is not of that form
   */
  public static NodeAddress parse(String text) {
    String trimmed = text.trim();
    int colon = trimmed.lastIndexOf(':');
    String host = colon < 0 ? "" : trimmed.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException(
          "\"" + trimmed + "\" is no node address: write IPv6 as [" + trimmed + "]:port");
    }
    try {
      if (!host.isEmpty()) {
        return new NodeAddress(host, Integer.parseInt(trimmed.substring(colon + 1)));
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "\"" + trimmed + "\" is no node address: expected host:port");
  }

  static List<NodeAddress> parseAll(Collection<String> addresses) {
    LinkedHashSet<NodeAddress> parsed = new LinkedHashSet<>();
    addresses.forEach(address -> parsed.add(parse(address)));
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException("the list of nodes is empty");
    }
    return List.copyOf(parsed);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
