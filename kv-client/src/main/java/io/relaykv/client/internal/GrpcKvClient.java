package io.relaykv.client.internal;

import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.OutcomeUnknownException;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Waits for what the asynchronous client does. */
public final class GrpcKvClient implements KvClient {
  private final GrpcKvAsyncClient async;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GrpcKvClient(ClientOptions options) {
    this.async = new GrpcKvAsyncClient(options);
  }

  /** A client with these options. */
  public static KvClient open(ClientOptions options) {
    return new GrpcKvClient(options);
  }

  @Override
  public KvAsyncClient async() {
    return async;
  }

  @Override
  public Optional<KvValue> get(String key) {
    return await(false, () -> async.get(key));
  }

  @Override
  public void put(String key, KvValue value) {
    await(true, () -> async.put(key, value));
  }

  @Override
  public void delete(String key) {
    await(true, () -> async.delete(key));
  }

  @Override
  public KeyPage keys(String prefix, int limit, String after) {
    return await(false, () -> async.keys(prefix, limit, after));
  }

  @Override
  public Stream<String> keys(String prefix) {
    try {
      KeyRules.checkPrefix(prefix);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new KeyPager(after -> keys(prefix, Limits.DEFAULT_PAGE_KEYS, after)),
            Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
        false);
  }

  @Override
  public Duration ping() {
    return await(false, async::ping);
  }

  @Override
  public void awaitReady(Duration patience) {
    await(false, () -> async.awaitReady(patience));
  }

  private <T> T await(boolean write, Supplier<CompletableFuture<T>> operation) {
    NetworkThreads.requireMayWait("KvClient");
    CompletableFuture<T> future = operation.get();
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw write
          ? new OutcomeUnknownException(
              "interrupted while waiting; the write may have been applied", List.of())
          : new UnavailableException("interrupted while waiting", List.of());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KvException failure) {
        // Where the caller is, rather than where the network thread was.
        failure.fillInStackTrace();
        throw failure;
      }
      throw new IllegalStateException("an operation failed in an unforeseen way", e.getCause());
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      async.close();
    }
  }
}
