package io.relaykv.statemachine.store;

/** The store failed: this replica can no longer be trusted to keep what it is given. */
public final class StoreException extends RuntimeException {
  /** Names what could not be done. */
  public StoreException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }

  /** Names what could not be done. */
  public StoreException(String message) {
    super(message);
  }
}
