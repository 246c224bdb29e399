package io.relaykv.server;

/** The node must not start on the data that it found. The message names it, and what to do next. */
public final class StartRefusedException extends RuntimeException {
  StartRefusedException(String message) {
    super(message);
  }
}
