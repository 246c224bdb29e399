package io.relaykv.client;

import io.relaykv.protocol.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a node serves clients.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65,535
 */
public record NodeAddress(String host, int port) {
  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

  /** Checks both. */
  public NodeAddress {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a node address needs a host: \"host:port\"");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "port " + port + " of " + host + "; allowed is 1 to 65,535");
    }
    if (!isHost(host)) {
      throw new IllegalArgumentException(Printable.quote(host) + " is no name of a host");
    }
  }

  /** As gRPC asks, and Java's check of certificates: rather now than in the midst of something. */
  private static boolean isHost(String text) {
    try {
      String read = new URI(null, null, text, 1, null, null, null).getHost();
      return text.equals(read) || ("[" + text + "]").equals(read);
    } catch (URISyntaxException e) {
      return false;
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

  /** Whether it is {@code localhost} or a loopback address; no name is looked up. */
  public boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || LOOPBACK_V4.matcher(host).matches()
        || host.equals("::1");
  }

  static List<NodeAddress> parseAll(Collection<String> addresses) {
    LinkedHashSet<NodeAddress> parsed = new LinkedHashSet<>();
    addresses.forEach(address -> parsed.add(parse(address)));
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException("the list of nodes is empty");
    }
    return List.copyOf(parsed);
  }

  // Like those that a record has by itself, which the JVM puts together when they are first called:
  // for a command that lives for a third of a second that takes too long.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeAddress address
        && port == address.port
        && host.equals(address.host);
  }

  @Override
  public int hashCode() {
    return 31 * host.hashCode() + port;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
