package io.relaykv.statemachine.store;

/** The store failed: this replica can no longer be trusted to keep what it is given. */
public final class StoreException extends RuntimeException {
  StoreException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }

  StoreException(String message) {
    super(message);
  }
}
