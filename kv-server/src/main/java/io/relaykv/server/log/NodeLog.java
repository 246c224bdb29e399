package io.relaykv.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.relaykv.server.config.NodeConfig.LogFormat;
import io.relaykv.server.config.NodeConfig.LogLevel;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The log of this process; what is not said here stands in logback.xml. Thread-safe.
 *
 * <p>Levels concern our own classes alone, whose lines hold no values and no secrets at any level
 * (LogContentIT). Those of Netty and gRPC would show what is sent.
 */
public final class NodeLog {
  /** In logback.xml. */
  private static final String CONSOLE = "CONSOLE";

  private static final Logger OURS = (Logger) LoggerFactory.getLogger("io.relaykv");
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(NodeLog.class);

  private NodeLog() {}

  /** Brings what libraries log by other means into our log, and sets what the node is told. */
  public static void configure(String nodeId, LogLevel level, LogFormat format) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    OURS.setLevel(logback(level));
    if (format == LogFormat.JSON
        && context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE)
            instanceof OutputStreamAppender<ILoggingEvent> console) {
      JsonLines lines = new JsonLines(nodeId);
      lines.setContext(context());
      lines.start();
      console.setEncoder(lines);
    }
  }

  /**
   * Sets how much is logged, until the process ends.
   *
   * @return how much it was
   */
  public static synchronized LogLevel change(LogLevel level) {
    LogLevel before = LogLevel.valueOf(OURS.getEffectiveLevel().toString());
    // Said at the lower of the two, so that it is said.
    OURS.setLevel(logback(before.compareTo(level) > 0 ? before : level));
    log.info("The level of this log is {} from now on; it was {}", word(level), word(before));
    OURS.setLevel(logback(level));
    return before;
  }

  private static String word(LogLevel level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  /**
   * For a node that stops: Ratis reports what the other nodes still ask of it as errors, with their
   * stack traces, as if something had failed.
   */
  public static void stopping() {
    context().getLogger("org.apache.ratis.server").setLevel(Level.OFF);
  }

  private static Level logback(LogLevel level) {
    return Level.toLevel(level.name());
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
