package io.relaykv.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaykv.server.tls.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);
  private static final String START =
      "{\"time\":\"2026-01-02T03:04:05.678Z\",\"node\":\"n1\",\"key\":\"17\",\"remote\":\"10.0.0.9:51234\",";

  private Path file;
  private Caller caller;
  private AuditLog audit;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    file = directory.resolve("audit.log");
    caller =
        new Caller(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 9}), 51234), "17");
    audit = AuditLog.open(file, "n1", CLOCK);
  }

  @AfterEach
  void close() {
    audit.close();
  }

  @Test
  void aLineSaysWhoDidWhatAndWhatCameOfIt() throws IOException {
    audit.write(caller, "put", "flags/x", "forbidden");
    assertThat(lines())
        .containsExactly(
            START + "\"action\":\"put\",\"target\":\"flags/x\",\"outcome\":\"forbidden\"}");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLineThatCannotBeWrittenIsWarnedOf() throws IOException {
    try (LogLines log = new LogLines(AuditLog.class);
        AuditLog full = AuditLog.open(Path.of("/dev/full"), "n1", CLOCK)) {
      assertThat(log.warnings()).isEmpty();
      full.write(caller, "put", "flags/x", "forbidden");
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("The audit log: ", "/dev/full");
    }
  }

  @Test
  void textFromOutsideCannotMakeALineOrReachATerminal() throws IOException {
    audit.write(caller, "put", "a\r\n{\"time\":\"fake\"}", "done");
    audit.write(caller, "put", "\u001b[31mred\u0000\u2028\u202e\u00e9", "done");
    audit.write(caller, "put", "${jndi:ldap://x} {} %msg \\n", "done");
    assertThat(lines())
        .extracting(line -> line.substring(START.length()))
        .containsExactly(
            "\"action\":\"put\",\"target\":\"a\\\\r\\\\n{\\\\\\\"time\\\\\\\":\\\\\\\"fake\\\\\\\"}\",\"outcome\":\"done\"}",
            "\"action\":\"put\",\"target\":\"\\\\u001b[31mred\\\\u0000\\\\u2028\\\\u202e\\\\u00e9\",\"outcome\":\"done\"}",
            "\"action\":\"put\",\"target\":\"${jndi:ldap://x} {} %msg \\\\\\\\n\",\"outcome\":\"done\"}");
    assertThat(Files.readString(file)).matches("[ -~\\n]+");
  }

  @Test
  void aTargetIsCutAt256Characters() throws IOException {
    audit.write(caller, "put", "a".repeat(256), "done");
    audit.write(caller, "put", "a".repeat(257), "done");
    audit.write(caller, "put", "a...", "done");
    assertThat(lines().get(0)).contains("\"target\":\"" + "a".repeat(256) + "\"");
    assertThat(lines().get(1)).contains("\"target\":\"" + "a".repeat(256) + "...\"");
    assertThat(lines().get(2)).contains("\"target\":\"a...\"");
  }

  @Test
  void theNextLineSaysHowManyWereLeftOut() throws IOException {
    audit.leftOut();
    audit.leftOut();
    audit.write(caller, "put", "x", "done");
    audit.write(caller, "put", "x", "done");
    assertThat(lines().get(0)).endsWith("\"outcome\":\"done\",\"left_out_before\":2}");
    assertThat(lines().get(1)).endsWith("\"outcome\":\"done\"}");
  }

  @Test
  void aCallerWithoutAnAddressIsWrittenToo() throws IOException {
    audit.write(
        new Caller(InetSocketAddress.createUnresolved("unknown", 0), ""), "put", "x", "done");
    assertThat(lines().get(0)).contains("\"key\":\"\",\"remote\":\"unknown:0\"");
  }

  @Test
  void goesOnBehindWhatIsThere() throws IOException {
    audit.write(caller, "put", "1", "done");
    audit.close();
    audit = AuditLog.open(file, "n1", CLOCK);
    audit.write(caller, "put", "2", "done");
    assertThat(lines()).hasSize(2);
  }

  @Test
  void itsFilesAreItsOwnersAloneAlsoAfterOneIsFull() throws IOException {
    assertThat(permissions(file)).isEqualTo("rw-------");
    Path first = Path.of(file + ".1");
    String target = "x".repeat(256);
    await("a full file")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              for (int i = 0; i < 5_000; i++) {
                audit.write(caller, "put", target, "done");
              }
              return Files.exists(first);
            });
    audit.write(caller, "put", "the next file", "done");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(first)).isEqualTo("rw-------");
    assertThat(Files.size(first)).isGreaterThan(16L << 20);
  }

  private static String permissions(Path of) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(of));
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(file, StandardCharsets.UTF_8);
  }
}
