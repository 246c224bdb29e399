package io.relaykv.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.relaykv.protocol.v1.Request;
import io.relaykv.protocol.v1.Response;
import io.relaykv.protocol.v1.ServerFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The reads of one stream: gets, which are short and many, and listings, which are neither and so
 * have threads of their own. Thread-safe.
 */
final class ReadQueue {
  /** A turn of gets takes a millisecond or two. */
  private static final ReadLane.Bounds GETS = new ReadLane.Bounds(1 << 14, 512);

  /** A listing reads up to 10,000 keys. */
  private static final ReadLane.Bounds LISTINGS = new ReadLane.Bounds(64, 1);

  private final ReadLane gets;
  private final ReadLane listings;

  /**
   * @param barrier completes once the applied state holds all that a read that comes now must see
   * @param reader reads the applied state
   * @param getExecutor where gets read the store when the barrier had to wait, or when there are
   *     many
   * @param listingExecutor where listings read the store
   */
  ReadQueue(
      Supplier<CompletableFuture<Void>> barrier,
      Function<Request, Response> reader,
      ServerCallStreamObserver<ServerFrame> out,
      ReplyQueue replies,
      OperationMetrics metrics,
      Executor getExecutor,
      Executor listingExecutor) {
    gets = new ReadLane(barrier, reader, out, replies, metrics, GETS, Runnable::run, getExecutor);
    listings =
        new ReadLane(
            barrier, reader, out, replies, metrics, LISTINGS, listingExecutor, listingExecutor);
  }

  void add(List<Request> requests) {
    if (requests.stream().allMatch(Request::hasGet)) {
      gets.add(requests);
      return;
    }
    List<Request> some = new ArrayList<>(requests);
    List<Request> pages = requests.stream().filter(Request::hasKeys).toList();
    some.removeIf(Request::hasKeys);
    if (!pages.isEmpty()) {
      listings.add(pages);
    }
    if (!some.isEmpty()) {
      gets.add(some);
    }
  }

  /**
   * Whether so many reads are unanswered that the client should wait; if so, {@code whenRoom} is
   * run once, on any thread, when that is over.
   */
  boolean isFull(Runnable whenRoom) {
    return gets.isFull(whenRoom) || listings.isFull(whenRoom);
  }

  /** The client takes responses again. */
  void resume() {
    gets.resume();
    listings.resume();
  }
}
