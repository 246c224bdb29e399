package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.server.raft.NotLeadingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reads of one stream. Those of a frame pass the barrier together, then the store is read, a
 * frame's worth at a time and only while the client takes it. A read may be served some time after
 * its barrier: what the store shows then is never older than what it showed at the barrier.
 * Thread-safe.
 */
final class ReadQueue {
  private static final Logger log = LoggerFactory.getLogger(ReadQueue.class);

  private static final int CHUNK_BYTES = 1 << 20;

  /** From so many unanswered reads on, the stream takes no further frame. */
  private static final int MAX_PENDING = 1 << 14;

  private final Supplier<CompletableFuture<Void>> barrier;
  private final Function<Request, Response> reader;
  private final ServerCallStreamObserver<ServerFrame> out;
  private final ReplyQueue replies;
  private final Executor executor;

  /** Reads not answered yet, before or behind their barrier. Guarded by {@link #ready}. */
  private int pending;

  /** To be run once there is room. Guarded by {@link #ready}. */
  private final List<Runnable> waitingForRoom = new ArrayList<>();

  /** Reads behind their barrier. Guarded by itself. */
  private final Queue<Request> ready = new ArrayDeque<>();

  private final AtomicInteger unservedRounds = new AtomicInteger();

  /**
   * @param barrier completes once the applied state holds all that a read that comes now must see
   * @param reader reads the applied state
   * @param executor where the store is read when the barrier had to wait
   */
  ReadQueue(
      Supplier<CompletableFuture<Void>> barrier,
      Function<Request, Response> reader,
      ServerCallStreamObserver<ServerFrame> out,
      ReplyQueue replies,
      Executor executor) {
    this.barrier = barrier;
    this.reader = reader;
    this.out = out;
    this.replies = replies;
    this.executor = executor;
  }

  void add(List<Request> requests) {
    synchronized (ready) {
      pending += requests.size();
    }
    CompletableFuture<Void> passing = barrier.get();
    if (passing.isDone() && requests.stream().allMatch(Request::hasGet)) {
      passing.whenComplete((passed, failure) -> settle(requests, failure));
    } else {
      passing.whenCompleteAsync((passed, failure) -> settle(requests, failure), executor);
    }
  }

  /**
   * Whether so many reads are unanswered that the client should wait; if so, {@code whenRoom} is
   * run once, on any thread, when that is over.
   */
  boolean isFull(Runnable whenRoom) {
    synchronized (ready) {
      if (pending < MAX_PENDING) {
        return false;
      }
      waitingForRoom.add(whenRoom);
      return true;
    }
  }

  private void answered(int count) {
    List<Runnable> resumed = List.of();
    synchronized (ready) {
      pending -= count;
      if (!waitingForRoom.isEmpty() && pending < MAX_PENDING) {
        resumed = List.copyOf(waitingForRoom);
        waitingForRoom.clear();
      }
    }
    resumed.forEach(Runnable::run);
  }

  /** The client takes responses again. */
  void resume() {
    synchronized (ready) {
      if (ready.isEmpty()) {
        return;
      }
    }
    executor.execute(this::serve);
  }

  private void settle(List<Request> requests, @Nullable Throwable failure) {
    if (failure == null) {
      synchronized (ready) {
        ready.addAll(requests);
      }
      serve();
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof NotLeadingException) {
      replies.sendWithLeader(
          requests.stream().map(request -> Responses.notLeader(request.getId())).toList());
    } else {
      String message = String.valueOf(cause == null ? failure : cause.getMessage());
      replies.send(
          requests.stream()
              .map(request -> Responses.failure(request.getId(), Failure.Code.UNAVAILABLE, message))
              .toList());
    }
    answered(requests.size());
  }

  private void serve() {
    if (unservedRounds.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      while (out.isReady() && serveChunk()) {
        // the next one
      }
      seen = unservedRounds.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Answers some of the reads; false if there are none. */
  private boolean serveChunk() {
    List<Response> responses = new ArrayList<>();
    int bytes = 0;
    while (bytes < CHUNK_BYTES) {
      Request next;
      synchronized (ready) {
        next = ready.poll();
      }
      if (next == null) {
        break;
      }
      Response response = answer(next);
      bytes += response.getSerializedSize();
      responses.add(response);
    }
    if (responses.isEmpty()) {
      return false;
    }
    replies.send(responses);
    answered(responses.size());
    return true;
  }

  private Response answer(Request request) {
    try {
      return reader.apply(request);
    } catch (RuntimeException e) {
      // The other reads of the stream are still to be answered.
      log.error("A read has failed", e);
      return Responses.failure(request.getId(), Failure.Code.UNAVAILABLE, "the read has failed");
    }
  }
}
