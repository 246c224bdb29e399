package io.relaykv.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node's timer does again and again. After an exception the next turn comes; an error
 * would end them all and nobody would notice, so it ends the node.
 */
record PeriodicWork(Runnable work, FatalHandler fatal) implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicWork.class);

  @Override
  public void run() {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.warn("The periodic work failed", e);
    } catch (Error e) {
      fatal.fatal("the periodic work failed", e);
      throw e;
    }
  }
}
