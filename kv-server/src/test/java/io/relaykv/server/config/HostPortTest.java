package io.relaykv.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:7400", "kv-1.example.org:1", "[::1]:65535", "localhost:0"})
  void readsWhatItWrites(String text) {
    assertThat(HostPort.parse(text)).hasToString(text);
  }

  @Test
  void ignoresCase() {
    assertThat(HostPort.parse("Localhost:1")).isEqualTo(HostPort.parse("localhost:1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        ":1",
        "host:",
        "host:65536",
        "host:-1",
        "::1:80",
        "[::1]",
        "[1:80",
        "a b:1",
        "-a:1",
        "256.0.0.1:1",
        "127.1:1",
        "[::g]:1",
        "[1.2.3.4]:1",
        "[:::]:1"
      })
  void refusesEverythingElse(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "127.255.0.9:1", "localhost:1", "[::1]:1"})
  void knowsLoopback(String text) {
    assertThat(HostPort.parse(text).isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"128.0.0.1:1", "0.0.0.0:1", "127.example.org:1", "[::]:1", "[fe80::1]:1"})
  void knowsWhatIsNotLoopback(String text) {
    assertThat(HostPort.parse(text).isLoopback()).isFalse();
  }
}
