package io.relaykv.server.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What limits for each remote address count as one address: an IPv4 address, or a network of 64
 * bits of IPv6, as one machine can have all addresses of such a network (RFC 4291, 2.5.4).
 */
public final class Neighbourhood {
  private static final int NETWORK_BYTES = 8;

  private Neighbourhood() {}

  /** The address by which it is counted: of IPv6, the network's first. */
  public static InetAddress of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
