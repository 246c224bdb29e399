package io.relaykv.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does when it can no longer be trusted. Called on any thread; must not block. */
public interface FatalHandler {
  /** Ends the node. */
  void fatal(String what, Throwable cause);

  /**
   * Ends the process at once, without any orderly stop: nothing more is acknowledged, and the
   * supervisor starts it anew.
   */
  static FatalHandler halt() {
    Logger log = LoggerFactory.getLogger(FatalHandler.class);
    return (what, cause) -> {
      try {
        log.error("This node halts: {}: {}", what, cause.toString(), cause);
      } finally {
        Runtime.getRuntime().halt(ExitCodes.HALTED);
      }
    };
  }
}
