package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class NeighbourhoodTest {
  @Test
  void anIpv4AddressIsItsOwn() throws UnknownHostException {
    assertThat(of("10.0.0.1")).isEqualTo(InetAddress.getByName("10.0.0.1"));
    assertThat(of("10.0.0.1")).isNotEqualTo(of("10.0.0.2"));
  }

  @Test
  void theAddressesOfAnIpv6NetworkAreOne() throws UnknownHostException {
    assertThat(of("2001:db8:1:2::1")).isEqualTo(of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assertThat(of("2001:db8:1:2::1")).isNotEqualTo(of("2001:db8:1:3::1"));
  }

  private static InetAddress of(String address) throws UnknownHostException {
    return Neighbourhood.of(InetAddress.getByName(address));
  }
}
