package io.relaykv.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHostsTest {
  private final KnownHosts hosts = KnownHosts.of(List.of("kv1.example.org", "Status.Example.org"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:7402",
        "127.0.0.1",
        "10.1.2.3:7402",
        "[::1]:7402",
        "[fe80::1]",
        "localhost",
        "localhost:7402",
        "LOCALHOST.:7402",
        "n1.localhost:7402",
        "kv1",
        "kv1:7402",
        "kv1.example.org",
        "KV1.example.ORG:7402",
        "kv1.example.org.:7402",
        "status.example.org",
        "",
      })
  void nobodyFromElsewhereHasThese(String header) {
    assertThat(hosts.know(List.of(header))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:7402",
        "evil.example",
        "kv2.example.org",
        "x.kv1.example.org",
        "kv1.example.org.evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "x.notlocalhost",
        "1.2.3.4:7402.evil.example",
        "evil.example:7402:",
        "[::1].evil.example",
      })
  void othersMayBeAnybodys(String header) {
    assertThat(hosts.know(List.of(header))).isFalse();
  }

  @Test
  void everyHeaderMustBeKnown() {
    assertThat(hosts.know(List.of())).as("as no browser asks").isTrue();
    assertThat(hosts.know(List.of("localhost", "evil.example"))).isFalse();
  }

  @Test
  void anyIsAny() {
    assertThat(KnownHosts.ANY.know(List.of("evil.example"))).isTrue();
  }
}
