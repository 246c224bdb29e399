package io.relaykv.shell.bench;

/** Decides when operations are sent. */
interface Pace extends AutoCloseable {
  /** Begins to send. */
  void start();

  /** Sends no more, and returns when all that was sent has ended. */
  @Override
  void close();
}
