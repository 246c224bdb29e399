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
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of one stream and one kind. Those of a frame pass the barrier together, then the store is
 * read, a turn's worth at a time and only while the client takes it; between two turns the thread
 * is left to others. A read may be served some time after its barrier: what the store shows then is
 * never older than what it showed at the barrier. What a client that is gone has asked for is
 * dropped. Thread-safe.
 */
final class ReadLane {
  private static final Logger log = LoggerFactory.getLogger(ReadLane.class);

  private static final int TURN_BYTES = 1 << 20;

  private final Supplier<CompletableFuture<Void>> barrier;
  private final Function<Request, Response> reader;
  private final ServerCallStreamObserver<ServerFrame> out;
  private final ReplyQueue replies;
  private final Bounds bounds;
  private final Executor whenPassed;
  private final Executor executor;

  /** Reads behind their barrier. Guarded by itself. */
  private final Queue<Request> ready = new ArrayDeque<>();

  /** A turn is under way or coming. Guarded by {@link #ready}. */
  private boolean serving;

  /** Reads not answered yet, before or behind their barrier. Guarded by {@link #ready}. */
  private int pending;

  /** To be run once there is room. Guarded by {@link #ready}. */
  private final List<Runnable> waitingForRoom = new ArrayList<>();

  /**
   * How much is held and done at a time.
   *
   * @param pending reads unanswered from which on the stream takes no further frame
   * @param turnReads reads in one turn at most
   */
  record Bounds(int pending, int turnReads) {}

  /**
   * @param barrier completes once the applied state holds all that a read that comes now must see
   * @param reader reads the applied state
   * @param whenPassed where the first turn runs if the barrier lets the reads pass at once
   * @param executor where the other turns run
   */
  ReadLane(
      Supplier<CompletableFuture<Void>> barrier,
      Function<Request, Response> reader,
      ServerCallStreamObserver<ServerFrame> out,
      ReplyQueue replies,
      Bounds bounds,
      Executor whenPassed,
      Executor executor) {
    this.barrier = barrier;
    this.reader = reader;
    this.out = out;
    this.replies = replies;
    this.bounds = bounds;
    this.whenPassed = whenPassed;
    this.executor = executor;
  }

  void add(List<Request> requests) {
    synchronized (ready) {
      pending += requests.size();
    }
    CompletableFuture<Void> passing = barrier.get();
    passing.whenCompleteAsync(
        (passed, failure) -> settle(requests, failure), passing.isDone() ? whenPassed : executor);
  }

  /**
   * Whether so many reads are unanswered that the client should wait; if so, {@code whenRoom} is
   * run once, on any thread, when that is over.
   */
  boolean isFull(Runnable whenRoom) {
    synchronized (ready) {
      if (pending < bounds.pending()) {
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
      if (!waitingForRoom.isEmpty() && pending < bounds.pending()) {
        resumed = List.copyOf(waitingForRoom);
        waitingForRoom.clear();
      }
    }
    resumed.forEach(Runnable::run);
  }

  /** The client takes responses again. */
  void resume() {
    serveOn(executor);
  }

  private void settle(List<Request> requests, @Nullable Throwable failure) {
    if (failure == null) {
      synchronized (ready) {
        ready.addAll(requests);
      }
      serveOn(Runnable::run);
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

  /** Has a turn taken there, unless there is nothing to do or somebody sees to it already. */
  private void serveOn(Executor where) {
    synchronized (ready) {
      dropIfCancelled();
      // If the client does not take responses, resume() follows when it does.
      if (serving || ready.isEmpty() || !out.isReady()) {
        return;
      }
      serving = true;
    }
    where.execute(this::takeTurn);
  }

  private void takeTurn() {
    List<Response> responses = new ArrayList<>();
    int bytes = 0;
    while (bytes < TURN_BYTES && responses.size() < bounds.turnReads()) {
      Request next;
      synchronized (ready) {
        dropIfCancelled();
        next = ready.poll();
      }
      if (next == null) {
        break;
      }
      Response response = answer(next);
      bytes += response.getSerializedSize();
      responses.add(response);
    }
    if (!responses.isEmpty()) {
      replies.send(responses);
      answered(responses.size());
    }
    synchronized (ready) {
      serving = false;
    }
    serveOn(executor);
  }

  /** Call it with the lock. */
  private void dropIfCancelled() {
    if (out.isCancelled()) {
      pending -= ready.size();
      ready.clear();
    }
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
