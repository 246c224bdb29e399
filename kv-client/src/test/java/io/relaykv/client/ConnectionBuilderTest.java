package io.relaykv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionBuilderTest {
  private static final String SECRET = "0123456789abcdef".repeat(4);
  private static final String API_KEY = "rk_17_" + SECRET;
  private static final String ADMIN_KEY = "rk_admin_" + SECRET;
  @TempDir private Path directory;

  @Test
  void nodesAndKeyAreRequired() {
    assertThatThrownBy(() -> KvClient.builder().apiKey(API_KEY).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nodes(");
    assertThatThrownBy(() -> KvClient.builder().nodes("localhost:1").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("apiKeyFile(");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db1:1",
        "192.0.2.1:1",
        "128.0.0.1:1",
        "127.0.0.1.example.com:1",
        "[::2]:1",
        "localhost.example:1",
        "0.0.0.0:1"
      })
  void plainTextDoesNotLeaveThisMachineUnlessThatIsSaid(String node) {
    assertThatThrownBy(() -> KvClient.builder().nodes("localhost:1", node).apiKey(API_KEY).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("plain text")
        .hasMessageContaining(node)
        .hasMessageNotContaining(SECRET);
    assertThatThrownBy(() -> KvAdmin.builder().nodes(node).apiKey(ADMIN_KEY).build())
        .isInstanceOf(IllegalStateException.class);
    assertThatCode(() -> KvClient.builder().nodes(node).apiKey(API_KEY).insecure().build().close())
        .doesNotThrowAnyException();
    assertThatCode(() -> KvClient.builder().nodes(node).apiKey(API_KEY).tls().build().close())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:1", "LocalHost:1", "127.0.0.1:1", "127.9.8.255:1", "[::1]:1"})
  void plainTextIsFineOnThisMachine(String node) {
    assertThatCode(() -> KvClient.builder().nodes(node).apiKey(API_KEY).build().close())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b:1",
        "a_b:1",
        "a/b:1",
        "u@h:1",
        "h:1:1",
        "-:1",
        "h%41:1",
        "127.0.0.300:1",
        "\u00e9:1"
      })
  void whatIsNoHostIsRefusedAtOnce(String node) {
    assertThatThrownBy(() -> KvClient.builder().nodes(node))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rk_17_",
        "RK_17_" + SECRET_TEXT,
        "rk_0_" + SECRET_TEXT,
        "rk_17_" + SECRET_TEXT + "0",
        "rk_17_" + SECRET_TEXT + "\nrk_18_" + SECRET_TEXT,
        "Bearer rk_17_" + SECRET_TEXT
      })
  void whatIsNoKeyIsRefusedAndNotRepeated(String text) throws IOException {
    assertThatThrownBy(() -> KvClient.builder().apiKey(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(SECRET);
    Path file = Files.writeString(directory.resolve("key"), text);
    assertThatThrownBy(() -> KvClient.builder().apiKeyFile(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }

  private static final String SECRET_TEXT =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @Test
  void aKeyFileHoldsTheKeyAndNothingElse() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), API_KEY + "\n");
    assertThatCode(() -> KvClient.builder().nodes("localhost:1").apiKeyFile(file).build().close())
        .doesNotThrowAnyException();
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> KvClient.builder().apiKeyFile(none))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(none.toString());
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 'r', 'k'});
    assertThatThrownBy(() -> KvClient.builder().apiKeyFile(binary))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(binary.toString());
    assertThatThrownBy(() -> KvClient.builder().apiKeyFile(directory))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(directory.toString());
    assertThatThrownBy(() -> KvClient.builder().apiKeyFile(Path.of("/dev/zero")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/dev/zero");
  }

  @Test
  void eachClientTakesItsKindOfKey() throws IOException {
    assertThatThrownBy(() -> KvClient.builder().apiKey(ADMIN_KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this is an admin key")
        .hasMessageNotContaining(SECRET);
    Path file = Files.writeString(directory.resolve("key"), API_KEY);
    assertThatThrownBy(() -> KvAdmin.builder().apiKeyFile(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void nothingThatIsPrintedHoldsTheSecret() {
    KvClient.Builder builder = KvClient.builder().nodes("localhost:1").apiKey(API_KEY);
    assertThat(builder.checkedSecurity().toString()).contains("rk_17").doesNotContain(SECRET);
    builder.clientCertificatePem("certificate", SECRET);
    assertThat(builder.checkedSecurity().toString()).doesNotContain(SECRET);
  }
}
