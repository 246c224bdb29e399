package io.relaykv.server.api;

/** What goes on at this node forbids what an operator asked for; nothing was changed. */
final class CallRefusedException extends RuntimeException {
  /**
   * @param message for people
   */
  CallRefusedException(String message) {
    super(message);
  }
}
