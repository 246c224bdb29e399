package io.relaykv.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.relaykv.server.config.NodeConfig;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Brings what libraries log by other means into our log, and sets the level that the configuration
 * asks for; the rest stands in logback.xml.
 */
final class Logging {
  private Logging() {}

  static void configure(NodeConfig config) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("io.relaykv").setLevel(Level.toLevel(config.log().level().toString()));
  }

  /**
   * For a node that stops: Ratis reports what the other nodes still ask of it as errors, with their
   * stack traces, as if something had failed.
   */
  static void stopping() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("org.apache.ratis.server").setLevel(Level.OFF);
  }
}
