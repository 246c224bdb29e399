package io.relaykv.statemachine.store;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns native objects and closes them in reverse order: RocksDB crashes the process on any other.
 */
final class NativeResources implements AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        throw new StoreException("cannot close the database", e);
      }
    }
  }
}
