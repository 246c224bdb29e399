package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.v1.Failure;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import io.relaykv.server.raft.NotLeadingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
 * never older than what it showed at the barrier. Reads that have waited for their client pass it
 * once more, as meanwhile another node may lead, and know that their key is no longer valid. What a
 * client that is gone has asked for is dropped. Thread-safe.
 */
final class ReadLane {
  private static final Logger log = LoggerFactory.getLogger(ReadLane.class);

  private static final int TURN_BYTES = 1 << 20;

  private final Supplier<CompletableFuture<Void>> barrier;
  private final Function<Request, Response> reader;
  private final ServerCallStreamObserver<ServerFrame> out;
  private final ReplyQueue replies;
  private final OperationMetrics metrics;
  private final Bounds bounds;
  private final Executor whenPassed;
  private final Executor executor;

  /** Reads behind their barrier. Guarded by itself. */
  private final Queue<Request> ready = new ArrayDeque<>();

  /** Of the same reads, those of a frame together. Guarded by {@link #ready}. */
  private final Queue<Arrival> arrivals = new ArrayDeque<>();

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

  /** So many reads arrived together. */
  private static final class Arrival {
    private final long nanos;
    private int reads;

    Arrival(long nanos, int reads) {
      this.nanos = nanos;
      this.reads = reads;
    }
  }

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
      OperationMetrics metrics,
      Bounds bounds,
      Executor whenPassed,
      Executor executor) {
    this.barrier = barrier;
    this.reader = reader;
    this.out = out;
    this.replies = replies;
    this.metrics = metrics;
    this.bounds = bounds;
    this.whenPassed = whenPassed;
    this.executor = executor;
  }

  void add(List<Request> requests) {
    synchronized (ready) {
      pending += requests.size();
    }
    long arrivedNanos = metrics.now();
    CompletableFuture<Void> passing = barrier.get();
    passing.whenCompleteAsync(
        (passed, failure) -> settle(requests, arrivedNanos, failure),
        passing.isDone() ? whenPassed : executor);
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
    if (beginTurn()) {
      barrier.get().whenCompleteAsync((passed, failure) -> serveAgain(failure), executor);
    }
  }

  private void serveAgain(@Nullable Throwable failure) {
    if (failure == null) {
      takeTurn();
      return;
    }
    List<Request> requests = new ArrayList<>();
    List<Long> arrivedNanos = new ArrayList<>();
    synchronized (ready) {
      dropIfCancelled();
      for (Request next = ready.poll(); next != null; next = ready.poll()) {
        requests.add(next);
        arrivedNanos.add(arrivalOfNext());
      }
      serving = false;
    }
    refuse(requests, arrivedNanos, failure);
  }

  private void settle(List<Request> requests, long arrivedNanos, @Nullable Throwable failure) {
    if (failure == null) {
      synchronized (ready) {
        ready.addAll(requests);
        arrivals.add(new Arrival(arrivedNanos, requests.size()));
      }
      serveOn(Runnable::run);
    } else {
      refuse(requests, Collections.nCopies(requests.size(), arrivedNanos), failure);
    }
  }

  private void refuse(List<Request> requests, List<Long> arrivedNanos, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean notLeading = cause instanceof NotLeadingException;
    String message = String.valueOf(cause == null ? failure : cause.getMessage());
    List<Response> responses = new ArrayList<>(requests.size());
    OperationMetrics.Run counted = metrics.run();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      Response response =
          notLeading
              ? Responses.notLeader(request.getId())
              : Responses.failure(request.getId(), Failure.Code.UNAVAILABLE, message);
      responses.add(response);
      counted.add(OperationMetrics.Kind.of(request), response, arrivedNanos.get(i));
    }
    counted.end();
    if (notLeading) {
      replies.sendWithLeader(responses);
    } else {
      replies.send(responses);
    }
    answered(requests.size());
  }

  /** Has a turn taken there, unless there is nothing to do or somebody sees to it already. */
  private void serveOn(Executor where) {
    if (beginTurn()) {
      where.execute(this::takeTurn);
    }
  }

  private boolean beginTurn() {
    synchronized (ready) {
      dropIfCancelled();
      // If the client does not take responses, resume() follows when it does.
      if (serving || ready.isEmpty() || !out.isReady()) {
        return false;
      }
      serving = true;
      return true;
    }
  }

  private void takeTurn() {
    List<Response> responses = new ArrayList<>();
    OperationMetrics.Run counted = metrics.run();
    int bytes = 0;
    while (bytes < TURN_BYTES && responses.size() < bounds.turnReads()) {
      Request next;
      long arrivedNanos;
      synchronized (ready) {
        dropIfCancelled();
        next = ready.poll();
        if (next == null) {
          break;
        }
        arrivedNanos = arrivalOfNext();
      }
      Response response = answer(next);
      counted.add(OperationMetrics.Kind.of(next), response, arrivedNanos);
      bytes += response.getSerializedSize();
      responses.add(response);
    }
    counted.end();
    if (!responses.isEmpty()) {
      replies.send(responses);
      answered(responses.size());
    }
    synchronized (ready) {
      serving = false;
    }
    serveOn(executor);
  }

  /** When the read that has just been taken arrived. Call it with the lock. */
  private long arrivalOfNext() {
    Arrival first = arrivals.element();
    first.reads--;
    if (first.reads == 0) {
      arrivals.remove();
    }
    return first.nanos;
  }

  /** Call it with the lock. */
  private void dropIfCancelled() {
    if (out.isCancelled()) {
      pending -= ready.size();
      ready.clear();
      arrivals.clear();
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
