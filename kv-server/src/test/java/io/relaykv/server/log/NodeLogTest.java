package io.relaykv.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.relaykv.server.config.NodeConfig.LogLevel;
import io.relaykv.server.tls.LogLines;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NodeLogTest {
  private static final org.slf4j.Logger OURS = LoggerFactory.getLogger("io.relaykv.server.KvNode");
  private static final org.slf4j.Logger NETTY = LoggerFactory.getLogger("io.grpc.netty");

  @Test
  void aMessageIsOneLineAsText() {
    LoggingEvent event =
        new LoggingEvent(
            "", (Logger) OURS, Level.INFO, "a\n{}\u0000c", null, new Object[] {"\r\nb"});
    event.setInstant(Instant.parse("2026-11-29T09:00:00.12Z"));

    assertThat(new String(console().getEncoder().encode(event), UTF_8))
        .isEqualTo("2026-11-29T09:00:00.120Z INFO  KvNode - a b c\n");
  }

  private static OutputStreamAppender<ILoggingEvent> console() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return (OutputStreamAppender<ILoggingEvent>)
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE");
  }

  @Test
  void changesOurLevelAndNoOther() {
    LogLevel before = NodeLog.change(LogLevel.TRACE);
    try (LogLines lines = new LogLines(NodeLog.class).alone()) {
      assertThat(OURS.isTraceEnabled()).isTrue();
      assertThat(NETTY.isDebugEnabled()).isFalse();

      assertThat(NodeLog.change(LogLevel.ERROR)).isEqualTo(LogLevel.TRACE);
      assertThat(OURS.isWarnEnabled()).isFalse();
      assertThat(NodeLog.change(LogLevel.INFO)).isEqualTo(LogLevel.ERROR);
      assertThat(OURS.isInfoEnabled()).isTrue();

      assertThat(lines.of(Level.INFO))
          .containsExactly(
              "The level of this log is error from now on; it was trace",
              "The level of this log is info from now on; it was error");
    } finally {
      NodeLog.change(before);
    }
  }
}
