package io.relaykv.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JsonLinesTest {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.relaykv.server.Some");
  private static final String BEFORE_THE_MESSAGE =
      "{\"time\":\"2026-11-29T09:00:00.120Z\",\"level\":\"WARN\","
          + "\"logger\":\"io.relaykv.server.Some\",\"node\":\"n1\",\"message\":";

  private final JsonLines lines = new JsonLines("n1");

  @Test
  void anEventIsALine() {
    assertThat(encoded("{} of {}", null, "a", 3)).isEqualTo(BEFORE_THE_MESSAGE + "\"a of 3\"}\n");
  }

  @Test
  void aMessageCannotForgeALine() {
    assertThat(encoded("a\n{\"time\":\"{}\u0000", null, "x\r\ny"))
        .isEqualTo(BEFORE_THE_MESSAGE + "\"a\\n{\\\"time\\\":\\\"x\\r\\ny\\u0000\"}\n");
  }

  @Test
  void anExceptionIsInTheLineWithItsCause() {
    Exception failure = new IllegalStateException("broken", new RuntimeException("the cause"));

    String line = encoded("It failed", failure);

    assertThat(line)
        .contains("\"It failed\",\"exception\":\"java.lang.IllegalStateException: broken\\n\\tat ")
        .contains("Caused by: java.lang.RuntimeException: the cause\\n")
        .endsWith("\"}\n");
    assertThat(line.lines()).hasSize(1);
  }

  private String encoded(String message, @Nullable Throwable failure, Object... arguments) {
    LoggingEvent event = new LoggingEvent("", LOGGER, Level.WARN, message, failure, arguments);
    event.setInstant(Instant.parse("2026-11-29T09:00:00.12Z"));
    return new String(lines.encode(event), UTF_8);
  }
}
