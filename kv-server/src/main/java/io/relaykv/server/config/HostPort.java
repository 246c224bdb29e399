package io.relaykv.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a TCP port, written {@code host:port}, an IPv6 address in brackets.
 *
 * @param host a name or an address, without brackets, in lower case
 * @param port 0 to 65535; 0 lets the system choose where that is allowed
 */
public record HostPort(String host, int port) {
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern IPV4 = Pattern.compile("(?:%1$s\\.){3}%1$s".formatted(OCTET));
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[\\d.]+");
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:\\[(?<v6>[0-9a-fA-F]*:[0-9a-fA-F:.]+)]|(?<host>[^:\\[\\]]+)):(?<port>\\d{1,5})");

  /** Checks both parts; no name is looked up. */
  public HostPort {
    host = host.toLowerCase(Locale.ROOT);
    if (!isValid(host)) {
      throw new IllegalArgumentException("not a host name or address: " + host);
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("not a port from 0 to 65535: " + port);
    }
  }

  /**
   * Reads {@code host:port} or {@code [v6]:port}.
   *
   * @throws IllegalArgumentException if {@code text} is neither
   */
  public static HostPort parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    String host = matcher.group("v6") != null ? matcher.group("v6") : matcher.group("host");
    return new HostPort(host, Integer.parseInt(matcher.group("port")));
  }

  /**
   * True for localhost, 127.0.0.0/8 and ::1; false for every other name, whatever it resolves to.
   */
  public boolean isLoopback() {
    if (isIpv6(host)) {
      return literal(host).isLoopbackAddress();
    }
    return host.equals("localhost") || (IPV4.matcher(host).matches() && host.startsWith("127."));
  }

  /** The address to bind or connect to; looks a name up, and may block for that. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (isIpv6(host) ? "[" + host + "]" : host) + ":" + port;
  }

  private static boolean isValid(String host) {
    if (isIpv6(host)) {
      try {
        return literal(host).getAddress().length > 0;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return DIGITS_AND_DOTS.matcher(host).matches()
        ? IPV4.matcher(host).matches()
        : NAME.matcher(host).matches();
  }

  private static boolean isIpv6(String host) {
    return host.contains(":");
  }

  /** An address with a colon is never looked up, see {@link InetAddress#getByName}. */
  private static InetAddress literal(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an IPv6 address: " + host, e);
    }
  }
}
