package io.relaykv.server.raft;

/**
 * Neither the membership nor the feature level is changed, as the present state of the cluster
 * forbids it.
 */
public final class MembershipRefusedException extends RuntimeException {
  MembershipRefusedException(String message) {
    super(message, null, false, false);
  }
}
