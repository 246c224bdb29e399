package io.relaykv.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does when it can no longer be trusted. Called on any thread; must not block. */
public interface FatalHandler {
  /** Ends the node. */
  void fatal(String what, Throwable cause);

  /**
   * Ends the node, which has said in its log why it must not go on, nor be started again. Must not
   * wait for the node's threads.
   *
   * @param exitCode one of {@link ExitCodes}
   */
  default void end(int exitCode) {}

  /**
   * Ends the process at once, without any orderly stop: nothing more is acknowledged, and the
   * supervisor starts it anew.
   */
  static FatalHandler halt() {
    Logger log = LoggerFactory.getLogger(FatalHandler.class);
    return new FatalHandler() {
      @Override
      public void fatal(String what, Throwable cause) {
        try {
          log.error("This node halts: {}: {}", what, cause.toString(), cause);
        } finally {
          Runtime.getRuntime().halt(ExitCodes.HALTED);
        }
      }

      @Override
      public void end(int exitCode) {
        Runtime.getRuntime().halt(exitCode);
      }
    };
  }
}
