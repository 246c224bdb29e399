package io.relaykv.tests.history;

/** A file is no history; the message names file and line, and says what is wrong. */
public final class BadHistoryException extends RuntimeException {
  BadHistoryException(String message) {
    super(message);
  }
}
