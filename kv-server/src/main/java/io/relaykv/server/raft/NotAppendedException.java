package io.relaykv.server.raft;

/** This node leads as far as it knows but takes no writes at the moment. Nothing was appended. */
public final class NotAppendedException extends RuntimeException {
  NotAppendedException(String message) {
    super(message, null, false, false);
  }
}
