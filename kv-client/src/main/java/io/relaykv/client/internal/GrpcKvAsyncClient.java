package io.relaykv.client.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.relaykv.client.InvalidRequestException;
import io.relaykv.client.KeyPage;
import io.relaykv.client.KvAsyncClient;
import io.relaykv.client.KvClient;
import io.relaykv.client.KvException;
import io.relaykv.client.KvValue;
import io.relaykv.client.OperationOutcome;
import io.relaykv.client.UnavailableException;
import io.relaykv.protocol.KeyRules;
import io.relaykv.protocol.Limits;
import io.relaykv.protocol.ValueRules;
import io.relaykv.protocol.v1.Barrier;
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
import org.jspecify.annotations.Nullable;

/** Checks what it is given, bounds what is in flight, and leaves the rest to the dispatcher. */
final class GrpcKvAsyncClient implements KvAsyncClient {
  /** What an operation takes besides its key and value, roughly. */
  private static final int OVERHEAD_BYTES = 32;

  private final EventLoop loop = new EventLoop();
  private final Duration timeout;
  private final InFlightLimit inFlight;
  private final Listeners listeners;
  private final Dispatcher dispatcher;

  GrpcKvAsyncClient(ClientOptions options) {
    this.timeout = options.requestTimeout();
    this.inFlight = new InFlightLimit(options.maxInFlightOps(), options.maxInFlightBytes());
    this.listeners = new Listeners(options.listeners());
    SecureRandom random = new SecureRandom();
    byte[] sessionId = new byte[Limits.SESSION_ID_BYTES];
    random.nextBytes(sessionId);
    this.dispatcher =
        new Dispatcher(
            loop,
            channels(options),
            UnsafeByteOperations.unsafeWrap(sessionId),
            options.nodes(),
            listeners,
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

  @Override
  public CompletableFuture<Duration> ping() {
    long start = System.nanoTime();
    return submit(barrier(), 0, passed -> Duration.ofNanos(System.nanoTime() - start));
  }

  @Override
  public CompletableFuture<Void> awaitReady(Duration patience) {
    if (patience.compareTo(Duration.ofMillis(1)) < 0
        || patience.compareTo(KvClient.MAX_PATIENCE) > 0) {
      throw new InvalidRequestException(
          "awaitReady was to wait for %s; allowed is 1 ms to 1 day".formatted(patience));
    }
    return submit(barrier(), 0, patience, true, passed -> null);
  }

  private static Request.Builder barrier() {
    return Request.newBuilder().setBarrier(Barrier.getDefaultInstance());
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
    return submit(request, payloadBytes, timeout, false, answer);
  }

  private <T> CompletableFuture<T> submit(
      Request.Builder request,
      int payloadBytes,
      Duration within,
      boolean patient,
      Function<Response, T> answer) {
    int sizeBytes = payloadBytes + OVERHEAD_BYTES;
    long start = System.nanoTime();
    long deadline = start + within.toNanos();
    Operation operation = new Operation(request, sizeBytes, start, deadline, patient);
    if (NetworkThreads.isOne()) {
      inFlight.acquireAnyway(sizeBytes);
    } else if (!acquire(sizeBytes, deadline)) {
      UnavailableException noRoom =
          new UnavailableException(
              "no room for another operation in flight within %d ms; nothing was applied"
                  .formatted(within.toMillis()),
              List.of());
      tellBegan(operation);
      tellEnded(operation, null, noRoom);
      return CompletableFuture.failedFuture(noRoom);
    }
    tellBegan(operation);
    CompletableFuture<T> result =
        operation
            .future()
            .whenComplete(
                (response, failure) -> {
                  inFlight.release(operation.sizeBytes());
                  tellEnded(operation, response, failure);
                })
            .thenApply(answer);
    dispatcher.submit(operation);
    return result;
  }

  private void tellBegan(Operation operation) {
    if (!listeners.isEmpty() && !operation.isPatient()) {
      listeners.operationBegan(operation.kind());
    }
  }

  private void tellEnded(
      Operation operation, @Nullable Response response, @Nullable Throwable failure) {
    if (!listeners.isEmpty() && !operation.isPatient()) {
      listeners.operationEnded(
          operation.kind(), outcome(response, failure), System.nanoTime() - operation.startNanos());
    }
  }

  private static OperationOutcome outcome(
      @Nullable Response response, @Nullable Throwable failure) {
    if (failure instanceof KvException known) {
      return OperationOutcome.of(known);
    }
    return response != null && response.hasMissing()
        ? OperationOutcome.MISSING
        : OperationOutcome.OK;
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
