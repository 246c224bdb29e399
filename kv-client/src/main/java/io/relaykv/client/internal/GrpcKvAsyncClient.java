package io.relaykv.client.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvValue;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.ValueRules;
import io.relaykv.protocol.v1.Delete;
import io.relaykv.protocol.v1.Get;
import io.relaykv.protocol.v1.Keys;
import io.relaykv.protocol.v1.Put;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Checks what it is given, bounds what is in flight, and leaves the rest to the dispatcher. */
final class GrpcKvAsyncClient implements KvAsyncClient {
  /** What an operation takes besides its key and value, roughly. */
  private static final int OVERHEAD_BYTES = 32;

  private final EventLoop loop = new EventLoop();
  private final Duration timeout;
  private final InFlightLimit inFlight;
  private final Dispatcher dispatcher;

  GrpcKvAsyncClient(ClientOptions options) {
    this.timeout = options.requestTimeout();
    this.inFlight = new InFlightLimit(options.maxInFlightOps(), options.maxInFlightBytes());
    SecureRandom random = new SecureRandom();
    byte[] sessionId = new byte[Limits.SESSION_ID_BYTES];
    random.nextBytes(sessionId);
    this.dispatcher =
        new Dispatcher(
            loop,
            channels(options),
            UnsafeByteOperations.unsafeWrap(sessionId),
            options.nodes(),
            random);
  }

  private Channels channels(ClientOptions options) {
    try {
      return new Channels(loop, options.security());
    } catch (RuntimeException e) {
      loop.shutdown();
      throw e;
    }
  }

  @Override
  public CompletableFuture<Optional<KvValue>> get(String key) {
    check(() -> KeyRules.checkKey(key));
    Request.Builder request = Request.newBuilder().setGet(Get.newBuilder().setKey(key));
    return submit(request, key.length(), GrpcKvAsyncClient::value);
  }

  private static Optional<KvValue> value(Response response) {
    return response.hasValue()
        ? Optional.of(KvValue.parse(response.getValue().toStringUtf8()))
        : Optional.empty();
  }

  @Override
  public CompletableFuture<Void> put(String key, KvValue value) {
    ByteString json = ByteString.copyFrom(value.toJson(), StandardCharsets.UTF_8);
    check(() -> KeyRules.checkKey(key));
    check(() -> ValueRules.checkSize(json.size()));
    Request.Builder request =
        Request.newBuilder().setPut(Put.newBuilder().setKey(key).setValue(json));
    return submit(request, key.length() + json.size(), response -> null);
  }

  @Override
  public CompletableFuture<Void> delete(String key) {
    check(() -> KeyRules.checkKey(key));
    Request.Builder request = Request.newBuilder().setDelete(Delete.newBuilder().setKey(key));
    return submit(request, key.length(), response -> null);
  }

  @Override
  public CompletableFuture<KeyPage> keys(String prefix, int limit, String after) {
    check(() -> KeyRules.checkPrefix(prefix));
    if (!after.isEmpty()) {
      check(() -> KeyRules.checkKey(after));
    }
    if (limit < 1 || limit > Limits.MAX_PAGE_KEYS) {
      throw new InvalidRequestException(
          "a page of %d keys was asked for; allowed is 1 to %d"
              .formatted(limit, Limits.MAX_PAGE_KEYS));
    }
    Request.Builder request =
        Request.newBuilder()
            .setKeys(Keys.newBuilder().setPrefix(prefix).setAfter(after).setLimit(limit));
    return submit(
        request,
        prefix.length() + after.length(),
        response ->
            new KeyPage(
                List.copyOf(response.getPage().getKeysList()), response.getPage().getMore()));
  }

  /** The same rules as the cluster's, before anything is sent. */
  private static void check(Runnable rule) {
    try {
      rule.run();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }

  private <T> CompletableFuture<T> submit(
      Request.Builder request, int payloadBytes, Function<Response, T> answer) {
    int sizeBytes = payloadBytes + OVERHEAD_BYTES;
    long start = System.nanoTime();
    long deadline = start + timeout.toNanos();
    if (NetworkThreads.isOne()) {
      inFlight.acquireAnyway(sizeBytes);
    } else if (!acquire(sizeBytes, deadline)) {
      return CompletableFuture.failedFuture(
          new UnavailableException(
              "no room for another operation in flight within %d ms; nothing was applied"
                  .formatted(timeout.toMillis()),
              List.of()));
    }
    Operation operation = new Operation(request, sizeBytes, start, deadline);
    CompletableFuture<T> result =
        operation
            .future()
            .whenComplete((response, failure) -> inFlight.release(sizeBytes))
            .thenApply(answer);
    dispatcher.submit(operation);
    return result;
  }

  private boolean acquire(int sizeBytes, long deadline) {
    try {
      return inFlight.acquire(sizeBytes, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "interrupted while waiting for room for another operation; nothing was applied",
          List.of());
    }
  }

  void close() {
    loop.run(
        () -> {
          try {
            dispatcher.close();
          } finally {
            loop.shutdown();
          }
        });
  }
}
