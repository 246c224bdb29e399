package io.relaykv.statemachine.store;

/**
 * The last log entry whose effect the store holds.
 *
 * @param term its term
 * @param index its index; -1 for a store that holds nothing yet
 */
public record Applied(long term, long index) {
  /** Of an empty store. */
  public static final Applied NOTHING = new Applied(0, -1);
}
