package io.relaykv.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.grpc.Status;
import io.relaykv.client.KvAdmin;
import io.relaykv.client.KvClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An application that logs everything does not log its key. */
class SecretsTest {
  private final Queue<String> logged = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final java.util.logging.Logger julRoot = java.util.logging.Logger.getLogger("");
  private final Level levelBefore = root.getLevel();
  private final java.util.logging.Level julLevelBefore = julRoot.getLevel();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          // What the scripted node's own side logs is not the client's.
          if (event.getThreadName().startsWith("relaykv-client")) {
            logged.add(event.getLoggerName() + " " + event.getFormattedMessage());
          }
        }
      };

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          logged.add(record.getLoggerName() + " " + record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void logEverything() {
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.setLevel(Level.TRACE);
    root.addAppender(appender);
    julRoot.setLevel(java.util.logging.Level.ALL);
    handler.setLevel(java.util.logging.Level.ALL);
    julRoot.addHandler(handler);
  }

  @AfterEach
  void logAsBefore() {
    julRoot.removeHandler(handler);
    julRoot.setLevel(julLevelBefore);
    root.detachAppender(appender);
    root.setLevel(levelBefore);
  }

  @Test
  void theKeyIsNeitherLoggedNorInAnException() {
    Status refusal = Status.UNAUTHENTICATED.withDescription("not valid");
    try (ScriptedNode node = ScriptedNode.start("n1");
        ScriptedNode refusing = ScriptedNode.start("n2").refusing(refusal);
        KvClient client =
            KvClient.builder().nodes(node.address()).apiKey(TestKeys.API_KEY).build();
        KvClient refused =
            KvClient.builder().nodes(refusing.address()).apiKey(TestKeys.API_KEY).build();
        KvAdmin admin =
            KvAdmin.builder().nodes(refusing.address()).apiKey(TestKeys.ADMIN_KEY).build()) {
      client.put("k", 1);
      assertThatThrownBy(() -> refused.put("k", 1)).satisfies(SecretsTest::isWithoutSecret);
      assertThatThrownBy(admin::accounts).satisfies(SecretsTest::isWithoutSecret);
    }
    assertThat(logged)
        .as("what is logged at all")
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContain(TestKeys.SECRET));
  }

  private static void isWithoutSecret(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString()).doesNotContain(TestKeys.SECRET);
  }
}
