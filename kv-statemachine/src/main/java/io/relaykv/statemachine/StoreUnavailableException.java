package io.relaykv.statemachine;

/** No store is open on this node at the moment. */
public final class StoreUnavailableException extends RuntimeException {
  /** Says so. */
  public StoreUnavailableException() {
    super("this node's store is not open");
  }
}
