package io.relaykv.server.raft;

/** This node does not lead, or does not lead any more. Nothing was applied. */
public final class NotLeadingException extends RuntimeException {
  NotLeadingException(String message) {
    super(message, null, false, false);
  }
}
