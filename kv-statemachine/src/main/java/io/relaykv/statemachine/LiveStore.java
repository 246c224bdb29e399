package io.relaykv.statemachine;

import io.relaykv.statemachine.store.KvStore;
import io.relaykv.statemachine.store.StoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store that is open at the moment, and the lock that keeps its users and its replacement
 * apart. Thread-safe.
 */
public final class LiveStore {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Guarded by {@link #lock}. */
  private @Nullable KvStore store;

  /**
   * Hands the store to {@code use} and keeps it open meanwhile.
   *
   * @throws StoreUnavailableException if none is open: before the start, after the end, or when a
   *     snapshot could not be loaded
   * @throws StoreException if the store fails
   */
  public <T> T with(Function<KvStore, T> use) {
    lock.readLock().lock();
    try {
      if (store == null) {
        throw new StoreUnavailableException();
      }
      return use.apply(store);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** As {@link #with}, but empty at once if no store is open or it is being replaced. */
  public <T> Optional<T> withoutWaiting(Function<KvStore, T> use) {
    if (!lock.readLock().tryLock()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(store).map(use);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Waits for the users of the present store, closes it, and goes on with what {@code opener}
   * opens.
   */
  void replace(Opener opener) throws IOException {
    lock.writeLock().lock();
    try {
      close();
      store = opener.open();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Opens a store, or leaves nothing open behind an exception. */
  interface Opener {
    KvStore open() throws IOException;
  }

  /** Waits for the users of the present store and closes it. */
  void close() {
    lock.writeLock().lock();
    try {
      KvStore closing = store;
      store = null;
      if (closing != null) {
        closing.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
