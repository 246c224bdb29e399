package io.relaykv.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The operations of {@link KvClient}, returning futures. Thread-safe.
 *
 * <p>A method throws {@link InvalidRequestException} at once for bad input; every other failure
 * completes the future with a {@link KvException}. While the client's bounds for operations in
 * flight are reached, a method waits for room up to the operation's deadline before it returns; if
 * its thread is interrupted then, it throws {@link UnavailableException}, and nothing was applied.
 *
 * <p>To cancel a future, or complete it otherwise, does not take the operation back: it is carried
 * out all the same, and counts as in flight until it has ended.
 *
 * <p>Futures are completed by the client's network thread, which it may share with other clients of
 * the same process: dependent stages run there unless they are given an executor, and must not
 * block. A waiting method of {@link KvClient} or {@link KvAdmin} called there throws {@link
 * IllegalStateException} instead of waiting, perhaps for ever.
 */
public interface KvAsyncClient {
  /** See {@link KvClient#get}. */
  CompletableFuture<Optional<KvValue>> get(String key);

  /** See {@link KvClient#put(String, KvValue)}. */
  CompletableFuture<Void> put(String key, KvValue value);

  /** See {@link KvClient#delete}. */
  CompletableFuture<Void> delete(String key);

  /** See {@link KvClient#keys(String, int, String)}. */
  CompletableFuture<KeyPage> keys(String prefix, int limit, String after);

  /** See {@link KvClient#ping}. */
  CompletableFuture<Duration> ping();

  /** See {@link KvClient#awaitReady}. */
  CompletableFuture<Void> awaitReady(Duration patience);
}
