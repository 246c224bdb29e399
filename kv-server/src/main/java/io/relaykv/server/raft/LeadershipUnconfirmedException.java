package io.relaykv.server.raft;

/** This node may lead but could not confirm it with a majority in time. */
public final class LeadershipUnconfirmedException extends RuntimeException {
  LeadershipUnconfirmedException(String message) {
    super(message, null, false, false);
  }
}
